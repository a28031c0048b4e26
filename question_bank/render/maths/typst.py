r"""Formulas as Typst's maths.

A template evaluates them as code, so nothing gets there as it stands: letters stand apart, every
sign that has a meaning in Typst is escaped, words are strings, and a character that is not in the
list is refused.
"""

from question_bank.errors import BankError
from question_bank.render.maths.latex import Fence, Fraction, Part, Root, Row, Script, Symbol, Table, Text, Words
from question_bank.render.maths.numbers import HOLE, Filled, filled

_SYMBOLS = {
    "cdot": "⋅", "times": "×", "le": "≤", "ge": "≥", "ne": "≠", "approx": "≈", "sum": "∑", "prod": "∏",
    "bmod": 'class("binary", "mod")', "ln": "ln", "log": "log", "exp": "exp", "tanh": "tanh", "sin": "sin",
    "cos": "cos", "max": "max", "min": "min", "land": "∧", "lor": "∨", "lnot": "¬", "infty": "∞",
    "lfloor": r"\⌊", "rfloor": r"\⌋", "lceil": r"\⌈", "rceil": r"\⌉", "{": r"\{", "}": r"\}",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "mu": "μ", "sigma": "σ", "pi": "π",
    "phi": "ϕ", ",": "thin", "quad": "quad",
}  # fmt: skip
_PLAIN = frozenset("+-=<>!*'" + HOLE)
_ESCAPED = frozenset("()[]|/,;:.?{}⌊⌋⌈⌉")


def typst(latex: str) -> str:
    r"""A formula of the bank as Typst's maths.

    Raises:
        BankError: it holds what is not in the list of commands or characters.

    >>> typst(r"H_{\text{out}} = \left\lfloor \frac{39 - 7}{2} \right\rfloor + 1")
    'H_("out") = lr(\\⌊ frac(39 - 7, 2) \\⌋) + 1'
    """
    return filled(latex, _FORMULAS)


def _number(digits: str) -> str:
    """Thousands as maths, for words might be turned round among those of Hebrew."""
    return " thin ".join(f'"{group}"' if "," in group else group for group in digits.split("\u2009"))


def _written(part: Part) -> str:
    match part:
        case Row(parts):
            return _row(parts)
        case Text(text):
            return " ".join(_character(character) for character in text if not character.isspace())
        case Symbol(name):
            return _SYMBOLS[name]
        case Words(text, operator):
            return f"op({_string(text)})" if operator else _string(text)
        case Script(mark, inner):
            return f'""{mark}({_argument(inner)})'
        case Fraction(above, below):
            return f"frac({_argument(above)}, {_argument(below)})"
        case Root(inner):
            return f"sqrt({_argument(inner)})"
        case Fence(left, inner, right):
            return f"lr({' '.join(filter(None, (_delimiter(left), _written(inner), _delimiter(right))))})"
        case Table("cases", rows):
            return f"display(cases({', '.join(' & quad '.join(map(_argument, cells)) for cells in rows)}))"
        case Table(_, rows):
            return f'display(mat(delim: "(", {"; ".join(", ".join(map(_argument, cells)) for cells in rows)}))'


def _row(parts: tuple[Part, ...]) -> str:
    pieces: list[str] = []
    for part in parts:
        written = _written(part)
        if isinstance(part, Script) and pieces:
            pieces[-1] += written.removeprefix('""')  # it hangs on what stands before it
        elif written:
            pieces.append(written)
    return " ".join(pieces)


def _argument(row: Row) -> str:
    return _written(row) or '""'


def _character(character: str) -> str:
    if character in _PLAIN or (character.isascii() and character.isalnum()):
        return character
    if character in _ESCAPED:
        return f"\\{character}"
    raise BankError(f"the character {character!a} is not one of the bank's formulas", r"Put words into \text{...}.")


def _delimiter(character: str) -> str:
    return _character(character) if character else ""


def _string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'.replace(HOLE, f'" {HOLE} "')  # a number may be a string itself


_FORMULAS = Filled(_written, _number)
