"""Effort: how much arithmetic a variant asks for, predicted from its derivation.

A unit is a digit that is handled. Each step costs one, and the digits of the numbers that enter it
and of its value; a fraction has those above and below the line, so a division that leaves a rest
costs more than one that does not. A real number counts as the six digits that are printed.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from question_bank.family import Solved
from question_bank.numerals import SIGNIFICANT_DIGITS


def effort(solved: Solved) -> int:
    """The effort of an instance, in digits.

    >>> from question_bank.registry import get
    >>> family = get("convolution/output_size")
    >>> [effort(family.solve({"input": [size], "kernel": 5, "stride": 2})) for size in (9, 32, 100)]
    [5, 7, 8]
    """
    numbers = (*solved.leaves, *solved.values)
    return sum(
        1 + sum(_digits(numbers[place]) for place in operands) + _digits(value)
        for operands, value in zip(solved.line.operands, solved.values, strict=True)
    )


def _digits(value: Any) -> int:
    if value is None:
        return 0
    if isinstance(value, list | tuple):
        return sum(map(_digits, value))
    if isinstance(value, int):
        return len(str(abs(value)))
    if isinstance(value, Fraction):
        return _digits(value.numerator) + _digits(value.denominator)
    if isinstance(value, float | Decimal):
        return SIGNIFICANT_DIGITS
    return 1 + int(value.count_ops())  # a formula with names left in it
