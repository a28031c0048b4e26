"""The operations that compiled formulas use: exact on integers and fractions, 40 digits otherwise.

The same code runs over two sets of them: NUMERIC for numbers, SYMBOLIC where some arguments are
sympy symbols and the result is an expression.
"""

import contextlib
import math
from collections.abc import Callable
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import Any

import sympy

REAL = Context(prec=40)
# of the 40 digits, 30 are certain
_CERTAIN = Decimal("1e-30")


class Undecided(ArithmeticError):
    """A real lies so close to where a formula jumps that 40 digits do not tell on which side."""


def real(value: Any) -> Decimal:
    """A number at 40 digits."""
    if isinstance(value, Fraction):
        return REAL.divide(Decimal(value.numerator), Decimal(value.denominator))
    return Decimal(value)


def compare(left: Decimal, right: Decimal) -> int:
    """-1 where left < right, 1 where left > right; reals are never known to be equal.

    Raises:
        Undecided: they agree in all digits that are certain.
    """
    if abs(left - right) <= _CERTAIN * max(Decimal(1), abs(left), abs(right)):
        raise Undecided(f"{left:.6} and {right:.6} cannot be told apart in 40 digits")
    return -1 if left < right else 1


def floor_of_real(value: Decimal) -> int:
    """The largest integer below a real.

    Raises:
        Undecided: it may be an integer itself, as the cube root of 8 is.
    """
    compare(value, value.to_integral_value())
    return math.floor(value)


def _by_mpmath(name: str) -> Callable[[Decimal], Decimal]:
    """A function that the decimal module lacks."""

    def function(value: Decimal) -> Decimal:
        import mpmath  # only these few functions need it

        context = mpmath.MPContext()
        context.dps = 50
        return REAL.create_decimal(context.nstr(getattr(context, name)(context.mpf(str(value))), 45))

    return function


def quotient(numerator: Any, denominator: Any) -> Any:
    """The exact quotient, an integer where it is one.

    >>> quotient(6, 3), quotient(6, 4)
    (2, Fraction(3, 2))
    """
    ratio = Fraction(numerator, denominator)
    return ratio.numerator if ratio.denominator == 1 else ratio


_LARGEST_POWER_BITS = 1_000_000


def power(base: Any, exponent: Any) -> Any:
    """base**exponent, exactly; the exponent is an integer.

    Raises:
        OverflowError: the exponent is no integer, or the result would have over a million bits.
    """
    if isinstance(exponent, Fraction):
        raise OverflowError(f"the exponent {exponent} is not an integer")
    size = max(abs(base.numerator), abs(base.denominator)).bit_length()
    if size * abs(exponent) > _LARGEST_POWER_BITS:
        raise OverflowError(f"{base}**{exponent} is too large")
    return base**exponent if exponent >= 0 else quotient(1, base**-exponent)


def undefined() -> Any:
    """No case of a piecewise formula applies."""
    raise ZeroDivisionError("no case of the formula applies")


FUNCTIONS: dict[str, Callable[[Decimal], Decimal]] = {
    "exp": REAL.exp,
    "log": REAL.ln,
    **{name: _by_mpmath(name) for name in ("tanh", "erf", "sin", "cos")},
}
CONSTANTS = {
    "Pi": "pi",
    "Exp1": "e",
}
_SHARED = {"prod": math.prod, "undefined": undefined}
NUMERIC: dict[str, Any] = _SHARED | {
    "Fraction": Fraction,
    "quotient": quotient,
    "power": power,
    "floor": math.floor,
    "ceil": math.ceil,
    "compare": compare,
    "floor_of_real": floor_of_real,
    "real": real,
    "root": REAL.sqrt,
    "pi": Decimal("3.14159265358979323846264338327950288419716939937511"),
    "e": Decimal("2.71828182845904523536028747135266249775724709369996"),
    "digits": lambda: localcontext(REAL),
    **FUNCTIONS,
}
SYMBOLIC: dict[str, Any] = _SHARED | {
    "Fraction": sympy.Rational,
    "quotient": lambda numerator, denominator: sympy.sympify(numerator) / denominator,
    "power": lambda base, exponent: sympy.sympify(base) ** exponent,
    "floor": sympy.floor,
    "ceil": sympy.ceiling,
    "compare": lambda left, right: left - right,
    "floor_of_real": sympy.floor,
    "real": sympy.sympify,
    "root": sympy.sqrt,
    "pi": sympy.pi,
    "e": sympy.E,
    "digits": contextlib.nullcontext,
    **{name: getattr(sympy, name) for name in FUNCTIONS},
}
