"""Integers, fractions and reals."""

from dataclasses import dataclass
from typing import Any

from question_bank import numerals, parsing
from question_bank.answers.kind import Fabricated, Kind

_SAME = 1e-12
_MEASURED = 1e-9


class _Numeric(Kind):
    ordered = True

    def plausible(self, value: Any, key: Any) -> bool:
        if value is None or key is None:
            return True
        return bool((value > 0) == (key > 0) and (value < 0) == (key < 0))


@dataclass(frozen=True)
class Integer(_Numeric):
    """An integer, compared exactly. Other numbers can be read; they are wrong, not invalid.

    >>> Integer().parse("1,234", "en"), Integer().parse("five", "en")
    (1234, Invalid(reason='not_a_number', what=''))
    """

    name = "integer"

    def _read(self, text: str, language: str) -> Any:
        return parsing.number(text, language, integer=True)

    def fabricate(self, key: Any, language: str) -> Fabricated:
        texts = Kind.fabricate(self, key, language)
        if key is None:
            return texts
        return Fabricated((*texts.right, f"{key:,}", f"{key:,}".replace(",", " "), f"{2 * key}/2"), texts.invalid)


@dataclass(frozen=True)
class Rational(_Numeric):
    """An exact fraction: p/q, or a decimal that equals it."""

    name = "rational"

    def _read(self, text: str, language: str) -> Any:
        return parsing.number(text, language)


@dataclass(frozen=True)
class Real(_Numeric):
    """A real number, right within a relative tolerance.

    >>> Real(0.01).equal(100, 100.5)
    True
    """

    relative: float = 0.005
    name = "real"

    def _read(self, text: str, language: str) -> Any:
        return parsing.number(text, language)

    def equal(self, key: Any, value: Any) -> bool:
        return self._within(key, value, self.relative)

    def same(self, value: Any, other: Any) -> bool:
        return self._within(value, other, _SAME)

    def alike(self, value: Any, other: Any) -> bool:
        if type(value) is float and type(other) is float:  # the hot path of drawing
            return abs(value - other) <= self.relative * max(abs(value), abs(other))
        return self.equal(value, other) or self.equal(other, value)

    def agrees(self, key: Any, measured: Any) -> bool:
        return self._within(key, measured, _MEASURED)

    @staticmethod
    def _within(key: Any, value: Any, relative: float) -> bool:
        if key is None or value is None:
            return key is value
        if type(key) is float and type(value) is float:
            return abs(value - key) <= relative * abs(key)
        try:
            exact = numerals.nearest_double(key)
            return abs(numerals.nearest_double(value) - exact) <= relative * abs(exact)
        except OverflowError:
            return False

    def computed(self, value: Any) -> Any:
        return None if value is None else numerals.nearest_double(value)

    def encode(self, value: Any) -> Any:
        return None if value is None else numerals.nearest_double(value)

    def show(self, value: Any, language: str) -> str:
        if value is None:
            return Kind.show(self, value, language)
        return f"${numerals.decimal(value, language)[0]}$"

    def write(self, value: Any, language: str) -> str:
        return Kind.write(self, self.computed(value), language)

    def options(self) -> dict[str, Any]:
        return {"relative": self.relative}
