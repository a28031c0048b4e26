r"""The LaTeX that the bank's texts may use, read into a tree.

Only the commands below occur in statements and solutions: a page can then be drawn with six fonts,
a terminal can show it, a screen reader can say it, and nothing outside the list can slip through a
converter unseen.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from question_bank.errors import BankError

SYMBOLS = {
    "cdot": "·", "times": "×", "le": "≤", "ge": "≥", "ne": "≠", "approx": "≈", "bmod": " mod ", "sum": "Σ",
    "prod": "Π", "ln": "ln", "log": "log", "exp": "exp", "tanh": "tanh", "sin": "sin", "cos": "cos",
    "land": "∧", "lor": "∨", "lnot": "¬",
    "infty": "∞", "max": "max", "min": "min", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "mu": "μ", "sigma": "σ", "pi": "π",
    "phi": "φ", ",": "\u2009", "quad": " ", "{": "{", "}": "}",
}  # fmt: skip
"""The commands that stand for one sign, and the sign in plain characters."""

ENVIRONMENTS = frozenset({"pmatrix", "cases"})
MARK = "\ue000"  # of Unicode's private characters, which nobody writes

_DELIMITERS = frozenset({"lfloor", "rfloor", "lceil", "rceil", "{", "}"})
_DEEPEST = 40
_TOKEN = re.compile(r"\\([A-Za-z]+|.)|([{}^_&])|([^\\{}^_&]+)", re.DOTALL)
_MATH = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Text:
    """Characters as they stand: letters, digits, signs, spaces."""

    text: str


@dataclass(frozen=True, slots=True)
class Symbol:
    """A command of `SYMBOLS`."""

    name: str


@dataclass(frozen=True, slots=True)
class Words:
    r"""Upright words: \text, or the name of an operator."""

    text: str
    operator: bool


@dataclass(frozen=True, slots=True)
class Script:
    """What hangs on the part before it: "^" above or "_" below."""

    mark: str
    inner: "Row"


@dataclass(frozen=True, slots=True)
class Fraction:
    """One thing over another."""

    above: "Row"
    below: "Row"


@dataclass(frozen=True, slots=True)
class Root:
    """A square root."""

    inner: "Row"


@dataclass(frozen=True, slots=True)
class Fence:
    r"""What stands between \left and \right; a delimiter is a character, "" for none."""

    left: str
    inner: "Row"
    right: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells: "pmatrix" or "cases"."""

    environment: str
    rows: "tuple[tuple[Row, ...], ...]"


@dataclass(frozen=True, slots=True)
class Row:
    """Parts side by side."""

    parts: "tuple[Part, ...]"


Part: TypeAlias = Text | Symbol | Words | Script | Fraction | Root | Fence | Table | Row


def formulas(markdown: str) -> list[str]:
    """The formulas of a Markdown text, those in $ and those in $$.

    >>> formulas("stride $S = 2$, so $$n = 3$$")
    ['S = 2', 'n = 3']
    """
    return [display or inline for display, inline in _MATH.findall(markdown)]


def split(markdown: str) -> tuple[str, list[tuple[str, bool]]]:
    r"""A Markdown text with `MARK` in the place of each formula, and the formulas; True for those in $$.

    >>> split("stride $S = 2$, so $$n = 3$$")
    ('stride \ue000, so \ue000', [('S = 2', False), ('n = 3', True)])
    """
    found: list[tuple[str, bool]] = []

    def note(match: re.Match[str]) -> str:
        found.append((match[1] or match[2], match[1] is not None))
        return MARK

    return _MATH.sub(note, markdown.replace(MARK, "\ufffd")), found


def replaced(markdown: str, write: Callable[[str], str]) -> str:
    """A Markdown text with `write(formula)` in the place of each formula."""
    return _MATH.sub(lambda match: write(match[1] or match[2]), markdown)


def read(latex: str) -> Row:
    r"""A formula as a tree.

    Raises:
        BankError: it uses a command outside the list, or its brackets do not match.

    >>> read(r"S \le 2").parts
    (Text(text='S '), Symbol(name='le'), Text(text=' 2'))
    """
    reader = _Reader(latex)
    row = reader.row()
    if reader.peek()[0] != "end":
        raise BankError(f"unbalanced brackets in the formula {latex}")
    return row


class _Reader:
    """Reads tokens from left to right: ("command" | "mark" | "text" | "end", what)."""

    def __init__(self, latex: str) -> None:
        self._tokens = [
            ("command", command) if command else ("mark", mark) if mark else ("text", text)
            for command, mark, text in _TOKEN.findall(latex)
        ]
        self._place = 0
        self._depth = 0

    def peek(self) -> tuple[str, str]:
        return self._tokens[self._place] if self._place < len(self._tokens) else ("end", "")

    def _take(self) -> tuple[str, str]:
        token = self.peek()
        self._place += 1
        return token

    def _put_back(self, text: str) -> None:
        if text:
            self._tokens.insert(self._place, ("text", text))

    def row(self, *closing: tuple[str, str]) -> Row:
        """All up to a token of `closing`, a closing brace or the end, none of which is taken."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise BankError(f"a formula is nested more than {_DEEPEST} deep")
        parts: list[Part] = []
        while self.peek()[0] != "end" and self.peek() not in (("mark", "}"), *closing):
            part = self._part()
            if isinstance(part, Script) and parts and isinstance(parts[-1], Script) and parts[-1].mark == part.mark:
                raise BankError(f"a formula has two {part.mark} after one another")
            parts.append(part)
        self._depth -= 1
        return Row(tuple(parts))

    def _part(self) -> Part:
        kind, text = self._take()
        if kind == "text":
            return Text(text)
        if kind == "command":
            return self._command(text)
        if text == "{":
            return self._braced()
        if text == "&":
            raise BankError("a formula has an & outside a matrix")
        return Script(text, self._argument())

    def _braced(self) -> Row:
        row = self.row()
        self._expect(("mark", "}"))
        return row

    def _argument(self) -> Row:
        kind, text = self._take()
        if (kind, text) == ("mark", "{"):
            return self._braced()
        if kind == "text":  # its first character alone
            self._put_back(text[1:])
            return Row((Text(text[:1]),))
        if kind == "command":
            return Row((self._command(text),))
        raise BankError("a formula lacks an argument")

    def _expect(self, token: tuple[str, str]) -> None:
        if self._take() != token:
            raise BankError(f"a formula lacks {token[1]}")

    def _command(self, name: str) -> Part:
        match name:
            case "text" | "operatorname":
                return Words(self._words(name), operator=name == "operatorname")
            case "sqrt":
                return Root(self._argument())
            case "frac":
                return Fraction(self._argument(), self._argument())
            case "left":
                left = self._delimiter(opening=True)
                inner = self.row(("command", "right"))
                self._expect(("command", "right"))
                return Fence(left, inner, self._delimiter(opening=False))
            case "begin":
                return self._table()
        if name in SYMBOLS:
            return Symbol(name)
        raise BankError(f"the LaTeX command \\{name} is not one of the bank's")

    def _words(self, command: str) -> str:
        self._expect(("mark", "{"))
        words = ""
        while self.peek()[0] in ("text", "command"):
            kind, text = self._take()
            if kind == "command" and text not in SYMBOLS:
                raise BankError(f"the LaTeX command \\{text} is not one of the bank's")
            words += text if kind == "text" else SYMBOLS[text]
        if self._take() != ("mark", "}"):
            raise BankError(f"a formula has more than words in \\{command}")
        if set("%#$~") & set(words):
            raise BankError(f"a formula has one of the signs %, #, $, ~ in \\{command}")
        return words

    def _delimiter(self, *, opening: bool) -> str:
        kind, text = self._take()
        if kind == "command" and text in _DELIMITERS:
            return SYMBOLS[text]
        if kind == "text" and text:
            # \left( is followed by what it holds, \right) by what stands beside it
            self._put_back(text[1:].lstrip() if opening else text[1:])
            return text[0].replace(".", "")
        raise BankError(r"a formula lacks a bracket after \left or \right")

    def _table(self) -> Table:
        environment = self._words("begin")
        if environment not in ENVIRONMENTS:
            raise BankError(f"the LaTeX environment {environment} is not one of the bank's")
        ends = (("mark", "&"), ("command", "\\"), ("command", "end"))
        rows: list[tuple[Row, ...]] = []
        cells: list[Row] = []
        while True:
            cells.append(self.row(*ends))
            token = self._take()
            if token == ends[0]:
                continue
            rows.append(tuple(cells))
            cells = []
            if token == ends[2]:
                break
            if token != ends[1]:
                raise BankError(f"a formula lacks \\end{{{environment}}}")
        if self._words("end") != environment:
            raise BankError(f"a formula lacks \\end{{{environment}}}")
        return Table(environment, tuple(rows))
