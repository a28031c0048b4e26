r"""The LaTeX that the bank's texts may use, and how it reads in plain text.

Only the commands below occur in statements and solutions: a page can then be drawn with six fonts,
a terminal can show it, and nothing outside the list can slip through a converter unseen.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from question_bank.errors import BankError

SYMBOLS = {
    "cdot": "·", "times": "×", "le": "≤", "ge": "≥", "ne": "≠", "approx": "≈", "bmod": " mod ", "sum": "Σ",
    "prod": "Π", "ln": "ln", "log": "log", "exp": "exp", "tanh": "tanh", "sin": "sin", "cos": "cos",
    "land": "∧", "lor": "∨", "lnot": "¬",
    "infty": "∞", "max": "max", "min": "min", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "mu": "μ", "sigma": "σ", "pi": "π",
    "phi": "φ", ",": "\u2009", "quad": " ", "{": "{", "}": "}",
}  # fmt: skip
MARK = "\ue000"  # of Unicode's private characters, which nobody writes
ENVIRONMENTS = frozenset({"pmatrix", "cases"})

_TOKEN = re.compile(r"\\([A-Za-z]+|.)|([{}^_&])|([^\\{}^_&]+)", re.DOTALL)
_MATH = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)


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


def plain_text(markdown: str) -> str:
    r"""A Markdown text with its formulas in plain characters, for a terminal.

    >>> plain_text(r"$\left\lfloor \frac{H + 2 P - K}{S} \right\rfloor + 1$")
    '⌊(H + 2 P - K)/S⌋ + 1'
    """
    return _MATH.sub(lambda match: plain(match[1] or match[2]), markdown)


@dataclass(slots=True)
class _Reader:
    tokens: list[tuple[str, str]]
    place: int = 0

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.place] if self.place < len(self.tokens) else ("end", "")

    def take(self) -> tuple[str, str]:
        token = self.peek()
        self.place += 1
        return token


def plain(latex: str) -> str:
    r"""A formula in plain characters.

    Raises:
        BankError: it uses a command outside the list, or its brackets do not match.

    >>> plain(r"\operatorname{Var}(w) = \frac{2}{188} \approx 0{,}0106")
    'Var(w) = 2/188 ≈ 0,0106'
    """
    reader = _Reader(list(_tokens(latex)))
    text = _sequence(reader, "")
    if reader.peek()[0] != "end":
        raise BankError(f"unbalanced brackets in the formula {latex}")
    return re.sub("(?<=[⌊⌈]) | (?=[⌋⌉])", "", re.sub(" +", " ", text)).strip()


def _tokens(latex: str) -> Iterator[tuple[str, str]]:
    for command, mark, text in _TOKEN.findall(latex):
        if command:
            yield "command", command
        elif mark:
            yield "mark", mark
        else:
            yield "text", text


def _sequence(reader: _Reader, closing: str) -> str:
    parts: list[str] = []
    while True:
        kind, text = reader.peek()
        if kind == "end" or (kind, text) == ("mark", "}") or (kind == "command" and text == closing):
            return "".join(parts)
        reader.take()
        if kind == "text":
            parts.append(text)
        elif text in ("^", "_"):
            parts.append(_script(text, _argument(reader)))
        elif (kind, text) == ("mark", "{"):
            parts.append(_sequence(reader, ""))
            _expect(reader, ("mark", "}"))
        elif (kind, text) == ("mark", "&"):
            parts.append(" ")
        else:
            parts.append(_command(text, reader))


def _script(mark: str, argument: str) -> str:
    simple = len(argument) == 1 or argument.isalnum()
    return f"{mark}{argument}" if simple else f"{mark}({argument})"


def _argument(reader: _Reader) -> str:
    kind, text = reader.take()
    if (kind, text) == ("mark", "{"):
        inner = _sequence(reader, "")
        _expect(reader, ("mark", "}"))
        return inner
    if kind == "text":
        reader.tokens.insert(reader.place, ("text", text[1:]))
        return text[:1]
    if kind == "command":
        return _command(text, reader)
    raise BankError("a formula lacks an argument")


def _expect(reader: _Reader, token: tuple[str, str]) -> None:
    if reader.take() != token:
        raise BankError(f"a formula lacks {token[1]}")


def _command(name: str, reader: _Reader) -> str:
    if name in SYMBOLS:
        return SYMBOLS[name]
    if name in ("text", "operatorname"):
        return _argument(reader)
    if name == "sqrt":
        return f"√({_argument(reader)})"
    if name == "frac":
        above, below = _argument(reader), _argument(reader)
        return f"{_atom(above)}/{_atom(below)}"
    if name in ("left", "right"):
        return _delimiter(reader, opening=name == "left")
    if name == "begin":
        return _environment(reader)
    if name == "\\":
        return "; "
    raise BankError(f"the LaTeX command \\{name} is not one of the bank's")


def _delimiter(reader: _Reader, *, opening: bool) -> str:
    kind, text = reader.take()
    if kind == "command":
        return SYMBOLS.get(text, text)
    if kind == "text" and text:
        # \left( is followed by what it holds, \right) by what stands beside it
        reader.tokens.insert(reader.place, ("text", text[1:].lstrip() if opening else text[1:]))
        return text[0]
    raise BankError(r"a formula lacks a bracket after \left or \right")


def _environment(reader: _Reader) -> str:
    name = _argument(reader)
    if name not in ENVIRONMENTS:
        raise BankError(f"the LaTeX environment {name} is not one of the bank's")
    inner = _sequence(reader, "end")
    _expect(reader, ("command", "end"))
    if _argument(reader) != name:
        raise BankError(f"a formula lacks \\end{{{name}}}")
    return f"[{re.sub(' *; *', '; ', re.sub(' +', ' ', inner)).strip()}]"


def _atom(text: str) -> str:
    return text if re.fullmatch(r"[\w.,^\u2009]+|\([^()]*\)", text) else f"({text})"
