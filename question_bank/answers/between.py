"""Any integer within bounds: the answer to "design one that ..."; the property is marked, not one design."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from question_bank import numerals, parsing
from question_bank.answers.kind import Kind, encode
from question_bank.answers.kind import decode as exact

_WRITTEN = re.compile(r'\{ ?"min" ?: ?(?P<least>-?[0-9]{1,400}) ?, ?"max" ?: ?(?P<most>-?[0-9]{1,400}) ?\}')


@dataclass(frozen=True, slots=True)
class Bounds:
    """Every integer from `least` to `most` has the property; there is at least one."""

    least: int
    most: int

    def hold(self, value: Any) -> bool:
        """Whether a value is an integer within them."""
        return type(value) is int and self.least <= value <= self.most


@dataclass(frozen=True)
class Between(Kind):
    r"""An integer; each that has the property is right, and "does not exist" where none has it.

    The formulas of a derivation give [least, most]: the fewest that one condition asks for, the most
    that the other allows. The key is the two as `Bounds`, stored as {"min", "max"}, or None where the
    first exceeds the second or there is none. Everything else is a plain number: what a student
    gives, and what a misconception leads to.

    Args:
        letter: of the quantity asked for, as the prompt has it.

    >>> kind = Between("L")
    >>> key = kind.computed([6, 8])
    >>> kind.encode(key), kind.show(key, "en"), kind.equal(key, kind.parse("L = 7", "en"))
    ({'min': 6, 'max': 8}, '$6 \\le L \\le 8$', True)
    """

    letter: str = ""
    name = "between"

    def _read(self, text: str, language: str) -> Any:
        bounds = _WRITTEN.fullmatch(text)  # the key's own JSON
        if bounds:
            return Bounds(int(bounds["least"]), int(bounds["most"]))
        return parsing.number(parsing.right_side(text), language, integer=True)

    def computed(self, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            return value
        least, most = value
        return None if least is None or most is None or least > most else Bounds(least, most)

    def _equal(self, key: Any, value: Any) -> bool:
        return bool(key == value) or (isinstance(key, Bounds) and key.hold(value))

    def mistaken(self, right: Any, wrong: Any) -> Any:
        """The number that the mistake alone explains: an end that it moved to where the property does not hold.

        All other numbers that the student takes for right are right, or could be anybody's guess.
        """
        key, taken = self.computed(right), self.computed(wrong)
        if taken is None:
            return None
        moved = (end for end, true_end in zip(wrong, right, strict=True) if end != true_end)
        return next((end for end in moved if not self.equal(key, end)), key)

    def agrees(self, key: Any, measured: Sequence[int]) -> bool:
        """The oracle lists every number that it found to have the property, and none that has it not."""
        bounds = self.computed(key)
        return list(measured) == ([] if bounds is None else list(range(bounds.least, bounds.most + 1)))

    def _encode(self, value: Any) -> Any:
        found = self.computed(value)
        return {"min": found.least, "max": found.most} if isinstance(found, Bounds) else encode(found)

    def _decode(self, stored: Any) -> Any:
        return Bounds(stored["min"], stored["max"]) if isinstance(stored, dict) else exact(stored)

    def _show(self, value: Any, language: str) -> str:
        if not isinstance(value, Bounds):
            return super()._show(value, language)
        letter = numerals.symbol_latex(self.letter)
        least, most = (numerals.latex(end, language) for end in (value.least, value.most))
        return f"${letter} = {least}$" if least == most else rf"${least} \le {letter} \le {most}$"

    def _write(self, value: Any, language: str) -> str:
        return super()._write(value.least if isinstance(value, Bounds) else value, language)

    def _substantial(self, value: Any, key: Any) -> bool:
        return False  # one number of several: nothing follows from it alone, nor does it follow from one

    def ends(self, answer: Any, values: Sequence[Any]) -> bool:
        """The bounds are steps; where nothing has the property, a step says no."""
        return (
            any(value is False for value in values) if answer is None else all(end in values for end in answer.values())
        )

    def _spellings(self, key: Any, language: str) -> tuple[str, ...]:
        return (str(key.most), str((key.least + key.most) // 2), f"{2 * key.most}/2", f"{key.least}.0")

    def options(self) -> dict[str, Any]:
        return {"letter": self.letter}
