r"""Formulas that differ in their numbers alone are converted once.

A family prints the same formula in each variant, with other numbers in it. Its numbers are taken
out before it is converted, and put back afterwards.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from question_bank.render.maths.latex import Part, read

HOLE = "\ue001"  # of Unicode's private characters, which nobody writes

# not an argument without braces, of which only the first digit belongs to the command
_NUMBER = re.compile(r"(?<![\^_A-Za-z}\d])\d+(?:\\,\d{3})*(?:(?:\.|\{,\})\d+)?")


@dataclass(frozen=True, slots=True)
class Filled:
    """A way to write formulas.

    Args:
        write: writes a tree, with `HOLE` where a number was.
        number: writes a number: digits, thin spaces between thousands, a decimal point or comma.
    """

    write: Callable[[Part], str]
    number: Callable[[str], str]
    known: dict[str, list[str]] = field(default_factory=dict)


def filled(latex: str, way: Filled) -> str:
    """A formula written in a way.

    Raises:
        BankError: it cannot be read or written.
    """
    latex = latex.replace(HOLE, "\ufffd")
    numbers: list[str] = _NUMBER.findall(latex)
    pattern = _NUMBER.sub(HOLE, latex)
    pieces = way.known.get(pattern)
    if pieces is None:
        pieces = way.known.setdefault(pattern, way.write(read(pattern)).split(HOLE))
    written = [pieces[0]]
    for number, piece in zip(numbers, pieces[1:], strict=True):
        written.append(way.number(number.replace("\\,", "\u2009").replace("{,}", ",")))
        written.append(piece)
    return "".join(written)
