"""Formulas, compared as functions of their names."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any

from question_bank import parsing
from question_bank.answers.kind import Kind, written
from question_bank.parsing import Node, Unreadable

_POINTS = 3
_BITS = 170  # a little more than 50 digits


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read, with its values at the points of comparison; none where it has no value."""

    node: Node
    values: tuple[Any, ...]

    @property
    def names(self) -> frozenset[str]:
        """The names that occur in it."""
        found, left = set(), [self.node]
        while left:
            node = left.pop()
            left.extend(node.operands)
            if node.operator == "name":
                found.add(str(node.value))
        return frozenset(found)


@dataclass(frozen=True)
class Expression(Kind):
    """A formula in positive symbols; two are equal when they agree as functions.

    They are compared at three points at 50 digits. Values are stored as text.

    Args:
        symbols: the names that the question gives.
        others: further names that can be read, and make an answer wrong rather than unreadable.

    >>> kind = Expression(("N", "Var_w"))
    >>> kind.equal("2/N", kind.parse("4/(2n)", "en")), kind.equal("2/N", "1/N")
    (True, False)
    """

    symbols: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    name = "expression"

    def _read(self, text: str, language: str) -> Any:
        node = parsing.expression(parsing.right_side(text), self._names(), language)
        formula = Formula(node, _values(node))
        if not formula.values:
            raise Unreadable("not_an_expression")
        return formula

    def _names(self) -> tuple[str, ...]:
        taken = {name.lower() for name in self.symbols}
        return (*self.symbols, *(name for name in self.others if name.lower() not in taken))

    def _formula(self, value: Any) -> Formula:
        return value if isinstance(value, Formula) else _stored(written(value), self._names())

    def _points(self, value: Any) -> tuple[Any, ...]:
        return value if isinstance(value, tuple) else self._formula(value).values

    def _equal(self, key: Any, value: Any) -> bool:
        left, right = self._points(key), self._points(value)
        return bool(left and right) and all(map(_same, left, right))

    def _substantial(self, value: Any, key: Any) -> bool:
        return self._formula(value).names == self._formula(key).names

    def agrees(self, key: Any, measured: Any) -> bool:
        """The oracle gives pairs of a point and the exact value there."""
        node = self._formula(key).node
        return all(_same(_at(node, point), _precisely(expected)) for point, expected in measured)

    def _decode(self, stored: Any) -> Any:
        return stored

    def _show(self, value: Any, language: str) -> str:
        from question_bank.formulas.notation import expression_latex

        formula = value if hasattr(value, "free_symbols") else self._formula(value).node
        return f"${expression_latex(formula)}$"

    def _write(self, value: Any, language: str) -> str:
        return written(value)

    def _spellings(self, key: Any, language: str) -> tuple[str, ...]:
        return (str(key).replace("**", "^"), f"({key})*1")

    def options(self) -> dict[str, Any]:
        return {"symbols": list(self.symbols), **({"others": list(self.others)} if self.others else {})}


def pointwise(
    function: Callable[[Sequence[Any], Sequence[Any]], Any], names: Sequence[str], formulas: Sequence[Formula]
) -> tuple[Any, ...]:
    """What a function makes of formulas: its values at the points of comparison, which stand for a formula.

    Args:
        function: of the values of the names and of the formulas, sympy's numbers.
        names: what the formulas are in.
        formulas: with values.

    Raises:
        ArithmeticError: it has no real value somewhere.
    """
    import sympy

    def number(value: Any) -> Any:
        return sympy.Float(value, precision=_BITS)

    found = []
    for point in range(_POINTS):
        value = function(
            [number(_coordinate(point, name)) for name in names],
            [number(formula.values[point]) for formula in formulas],
        )
        try:
            found.append(parsing.precise().make_mpf(sympy.Float(value, precision=_BITS)._mpf_))
        except (TypeError, ValueError):
            raise ArithmeticError("no real value") from None
    return tuple(found)


@lru_cache(maxsize=4096)
def _stored(text: str, names: tuple[str, ...]) -> Formula:
    """A formula of ours."""
    node = parsing.expression(text, names)
    return Formula(node, _values(node))


def _values(node: Node) -> tuple[Any, ...]:
    from mpmath.libmp import ComplexResult

    try:
        return tuple([parsing.evaluate(node, partial(_coordinate, point)) for point in range(_POINTS)])
    except (ZeroDivisionError, ComplexResult):
        return ()


@lru_cache(maxsize=4096)
def _coordinate(point: int, name: str) -> Any:
    """A number between 1/3 and 7/3 that no formula is made for."""
    digest = hashlib.blake2b(f"{point}:{name}".encode(), digest_size=8).digest()
    context = parsing.precise()
    return context.mpf(1) / 3 + context.mpf(int.from_bytes(digest)) / 2**63


def _at(node: Node, point: Mapping[str, Any]) -> Any:
    return parsing.evaluate(node, lambda name: _precisely(point[name]))


def _precisely(value: int | Fraction) -> Any:
    return parsing.precise().convert(value)


def _same(value: Any, other: Any) -> bool:
    return bool(abs(value - other) <= parsing.precise().mpf(10) ** -35 * max(abs(value), abs(other), 1))
