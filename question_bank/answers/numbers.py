"""Integers, fractions and reals."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from question_bank import numerals, parsing
from question_bank.answers.kind import Kind
from question_bank.parsing import Unreadable

_SAME = 1e-12
_MEASURED = 1e-9


def whole(value: Any) -> bool:
    """Whether all numbers of a value, or of nested lists, are integers."""
    return all(map(whole, value)) if isinstance(value, list | tuple) else type(value) is int


class _Numeric(Kind):
    ordered = True

    def _plausible(self, value: Any, key: Any) -> bool:
        return bool((value > 0) == (key > 0) and (value < 0) == (key < 0))


@dataclass(frozen=True)
class Integer(_Numeric):
    """An integer, compared exactly. Other numbers can be read; they are wrong, not invalid.

    >>> Integer().parse("1,234", "en"), Integer().parse("five", "en")
    (1234, Invalid(reason='not_a_number', what=''))
    """

    name = "integer"

    def _plausible(self, value: Any, key: Any) -> bool:
        return whole(value) and super()._plausible(value, key)

    def _read(self, text: str, language: str) -> Any:
        return parsing.number(parsing.right_side(text), language, integer=True)

    def _spellings(self, key: Any, language: str) -> tuple[str, ...]:
        return (f"{key:,}", f"{key:,}".replace(",", " "), f"{2 * key}/2")


@dataclass(frozen=True)
class Rational(_Numeric):
    """An exact fraction: p/q, or a decimal that equals it."""

    name = "rational"

    def _read(self, text: str, language: str) -> Any:
        return parsing.number(parsing.right_side(text), language)


@dataclass(frozen=True)
class Real(_Numeric):
    """A real number, right within a relative tolerance. A root may be left: sqrt(2/315).

    >>> Real(0.01).equal(100, 100.5)
    True
    """

    relative: float = 0.005
    name = "real"

    def _read(self, text: str, language: str) -> Any:
        value = parsing.right_side(text)
        try:
            return parsing.number(value, language)
        except Unreadable as error:
            if error.reason != "not_a_number":
                raise
            return _worked_out(value, language)

    def _equal(self, key: Any, value: Any) -> bool:
        # exactly, so that an answer at the very edge of the tolerance is right
        exact = numerals.as_fraction(key)
        return abs(numerals.as_fraction(value) - exact) <= Fraction(str(self.relative)) * abs(exact)

    def same(self, value: Any, other: Any) -> bool:
        return _near(value, other, _SAME)

    def alike(self, value: Any, other: Any) -> bool:
        # a little wider than the tolerance: rounding must not decide
        return _near(value, other, self.relative * (1 + _MEASURED))

    def agrees(self, key: Any, measured: Any) -> bool:
        return _near(key, measured, _MEASURED)

    def computed(self, value: Any) -> Any:
        return None if value is None else numerals.nearest_double(value)

    def _encode(self, value: Any) -> Any:
        return numerals.nearest_double(value)

    def _show(self, value: Any, language: str) -> str:
        return f"${numerals.decimal(value, language)[0]}$"

    def _write(self, value: Any, language: str) -> str:
        return super()._write(self.computed(value), language)

    def options(self) -> dict[str, Any]:
        return {"relative": self.relative}


def _worked_out(text: str, language: str) -> Fraction:
    """The value of a formula without names."""

    def no_names(name: str) -> Any:
        raise Unreadable("not_a_number")

    try:
        value = parsing.evaluate(parsing.expression(text, (), language), no_names)
    except (Unreadable, ZeroDivisionError) as error:
        too_large = isinstance(error, Unreadable) and error.reason == "too_large"
        raise Unreadable("too_large" if too_large else "not_a_number") from None
    return Fraction(parsing.precise().nstr(value, 40))


def _near(value: Any, other: Any, relative: float) -> bool:
    if type(value) is float and type(other) is float:  # the hot path of drawing
        return abs(value - other) <= relative * max(abs(value), abs(other))
    if value is None or other is None:
        return value is other
    try:
        first, second = numerals.nearest_double(value), numerals.nearest_double(other)
    except OverflowError:
        return False
    return abs(first - second) <= relative * max(abs(first), abs(second))
