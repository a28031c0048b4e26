"""Formulas as words, for those who have a page read to them: the text that stands for a formula in a PDF."""

from functools import cache
from pathlib import Path

from question_bank.render.maths.latex import Fence, Fraction, Part, Root, Row, Script, Symbol, Table, Text, Words
from question_bank.render.maths.numbers import HOLE, Filled, filled
from question_bank.text import Texts

_SIGNS = {
    "+": "plus", "-": "minus", "=": "equals", "<": "less", ">": "greater", "/": "divided", "*": "times",
    "(": "open", ")": "close", "[": "open", "]": "close", "{": "open", "}": "close", "|": "bar",
    "!": "factorial", "'": "prime", ":": "colon",
}  # fmt: skip
_SILENT = frozenset({",", "quad"})
_FENCES = {"⌊": "floor", "⌈": "ceiling"}
_COMMANDS = {"lfloor": "open", "rfloor": "close", "lceil": "open", "rceil": "close", "{": "open", "}": "close"}


def spoken(latex: str, language: str) -> str:
    r"""A formula of the bank in words.

    Raises:
        BankError: it holds what is not in the list of commands.

    >>> spoken(r"H_{1} = \left\lfloor \frac{39 - 7}{2} \right\rfloor + 1", "en")
    'H sub 1 equals the floor of the fraction 39 minus 7 over 2, end of fraction, end of floor, plus 1'
    """
    return filled(latex, _ways(language))


@cache
def _texts() -> Texts:
    return Texts(Path(__file__).with_name("spoken.toml"))


@cache
def _ways(language: str) -> Filled:
    return Filled(_Speaker(language).say, lambda digits: digits.replace("\u2009", ""))


class _Speaker:
    def __init__(self, language: str) -> None:
        self._language = language

    def say(self, part: Part) -> str:
        """Words, with the commas that a voice pauses at."""
        text = " ".join(self._said(part).split())
        for wrong, right in ((" ,", ","), (",,", ","), (" ;", ";"), (",;", ";")):
            text = text.replace(wrong, right)
        return text.strip(" ,;")

    def _word(self, name: str, **holes: str) -> str:
        return _texts().template(name, self._language).fill(holes.__getitem__)

    def _said(self, part: Part) -> str:
        match part:
            case Row(parts):
                return " ".join(map(self._said, parts))
            case Text(text):
                return " ".join(self._word(f"sign.{_SIGNS[sign]}") if sign in _SIGNS else sign for sign in _runs(text))
            case Words(text):
                return text
            case Symbol(name):
                if name in _SILENT:
                    return ","
                return self._word(f"sign.{_COMMANDS[name]}" if name in _COMMANDS else f"symbol.{name}")
            case Script(mark, inner):
                kind = "below" if mark == "_" else "above"
                return self._word(kind if _short(inner) else f"long_{kind}", inner=self._said(inner))
            case Fraction(above, below):
                kind = "fraction" if _short(above) and _short(below) else "long_fraction"
                return self._word(kind, above=self._said(above), below=self._said(below))
            case Root(inner):
                return self._word("root" if _short(inner) else "long_root", inner=self._said(inner))
            case Fence(left, inner, right):
                if left in _FENCES:
                    return self._word(_FENCES[left], inner=self._said(inner))
                return " ".join((self._said(Text(left)), self._said(inner), self._said(Text(right))))
            case Table(environment, rows):
                lines = (", ".join(map(self._said, cells)) for cells in rows)
                return self._word(environment, rows=str(len(rows)), columns=str(len(rows[0])), lines="; ".join(lines))


def _short(row: Row) -> bool:
    """Whether nobody can mistake where it ends."""
    if len(row.parts) != 1:
        return False
    [part] = row.parts
    return isinstance(part, Words | Symbol) or (isinstance(part, Text) and (part.text == HOLE or part.text.isalnum()))


def _runs(text: str) -> list[str]:
    """The words and numbers of a text, and its signs one by one."""
    spaced = "".join(character if character.isalnum() and character != HOLE else f" {character} " for character in text)
    return spaced.split()
