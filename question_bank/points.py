"""Points: exact fractions inside, at most four decimals in files."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

DECIMALS = 4


def in_file(points: Fraction | int) -> float | int:
    """Points as files hold them: four decimals, an integer where they are one."""
    rounded = round(Fraction(points), DECIMALS)
    return int(rounded) if rounded.denominator == 1 else float(rounded)


def exact(question: Mapping[str, Any]) -> dict[str, Fraction]:
    """The exact points of each part, from a question's row in questions.jsonl.

    A question's own points are exact in the file. Parts that show the same number share them
    equally, whatever was rounded; other parts have what the row says.

    >>> row = {"points": 1, "parts": [{"part": name, "points": 0.3333} for name in "abc"]}
    >>> exact(row)["a"]
    Fraction(1, 3)
    """
    parts = question["parts"]
    shown = {part["part"]: Fraction(repr(part["points"])) for part in parts}
    if len(set(shown.values())) == 1:
        return dict.fromkeys(shown, Fraction(repr(question["points"])) / len(parts))
    return shown
