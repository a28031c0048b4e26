"""Formulas in plain characters, for a terminal and wherever no formula can be drawn."""

import re

from question_bank.render.maths.latex import (
    SYMBOLS,
    Fence,
    Fraction,
    Part,
    Root,
    Row,
    Script,
    Symbol,
    Table,
    Text,
    Words,
    read,
    replaced,
)


def plain_text(markdown: str) -> str:
    r"""A Markdown text with its formulas in plain characters.

    >>> plain_text(r"$\left\lfloor \frac{H + 2 P - K}{S} \right\rfloor + 1$")
    '⌊(H + 2 P - K)/S⌋ + 1'
    """
    return replaced(markdown, plain)


def plain(latex: str) -> str:
    r"""A formula in plain characters.

    Raises:
        BankError: it uses a command outside the list, or its brackets do not match.

    >>> plain(r"\operatorname{Var}(w) = \frac{2}{188} \approx 0{,}0106")
    'Var(w) = 2/188 ≈ 0,0106'
    """
    return re.sub("(?<=[⌊⌈]) | (?=[⌋⌉])", "", re.sub(" +", " ", _written(read(latex)))).strip()


def _written(part: Part) -> str:
    match part:
        case Row(parts):
            return "".join(map(_written, parts))
        case Text(text) | Words(text):
            return text
        case Symbol(name):
            return SYMBOLS[name]
        case Script(mark, inner):
            text = _written(inner)
            simple = len(text) == 1 or text.isalnum()
            return f"{mark}{text}" if simple else f"{mark}({text})"
        case Fraction(above, below):
            return f"{_atom(_written(above))}/{_atom(_written(below))}"
        case Root(inner):
            return f"√({_written(inner)})"
        case Fence(left, inner, right):
            return f"{left}{_written(inner)}{right}"
        case Table(_, rows):
            lines = (re.sub(" +", " ", " ".join(map(_written, cells))).strip() for cells in rows)
            return f"[{'; '.join(lines)}]"


def _atom(text: str) -> str:
    return text if re.fullmatch(r"[\w.,^\u2009]+|\([^()]*\)", text) else f"({text})"
