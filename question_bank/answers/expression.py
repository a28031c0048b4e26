"""Formulas, compared as functions of their names."""

import hashlib
from dataclasses import dataclass
from typing import Any, ClassVar

from question_bank import parsing
from question_bank.answers.kind import Kind
from question_bank.parsing import Unreadable


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

    _POINTS: ClassVar[int] = 3

    def _read(self, text: str, language: str) -> Any:
        node = parsing.expression(parsing.right_side(text), self._names(), language)
        for point in range(self._POINTS):
            try:
                self._value(node, point)
            except ZeroDivisionError:
                raise Unreadable("not_an_expression") from None
        return node

    @staticmethod
    def _value(node: parsing.Node, point: int) -> Any:
        from mpmath.libmp import ComplexResult

        context = parsing.precise()

        def coordinate(name: str) -> Any:
            digest = hashlib.blake2b(f"{point}:{name}".encode(), digest_size=8).digest()
            return context.mpf(1) / 3 + context.mpf(int.from_bytes(digest)) / 2**63

        try:
            return parsing.evaluate(node, coordinate)
        except ComplexResult:
            raise ZeroDivisionError from None

    def _node(self, value: Any) -> parsing.Node:
        if isinstance(value, parsing.Node):
            return value
        return parsing.expression(str(value), self._names())

    def _names(self) -> tuple[str, ...]:
        taken = {name.lower() for name in self.symbols}
        return (*self.symbols, *(name for name in self.others if name.lower() not in taken))

    def _equal(self, key: Any, value: Any) -> bool:
        context = parsing.precise()
        left, right = self._node(key), self._node(value)
        try:
            pairs = [(self._value(left, point), self._value(right, point)) for point in range(self._POINTS)]
        except ZeroDivisionError:
            return False
        return all(abs(a - b) <= context.mpf(10) ** -35 * max(abs(a), abs(b), 1) for a, b in pairs)

    def agrees(self, key: Any, measured: Any) -> bool:
        """The oracle gives pairs of a point and the exact value there."""
        context = parsing.precise()
        node = self._node(key)
        for point, expected in measured:
            at = {name: context.convert(value) for name, value in point.items()}
            if abs(parsing.evaluate(node, at.__getitem__) - context.convert(expected)) > context.mpf(10) ** -35:
                return False
        return True

    def _decode(self, stored: Any) -> Any:
        return stored

    def _show(self, value: Any, language: str) -> str:
        from question_bank.notation import expression_latex

        formula = value if hasattr(value, "free_symbols") else self._node(value)
        return f"${expression_latex(formula)}$"

    def _write(self, value: Any, language: str) -> str:
        return str(value)

    def _spellings(self, key: Any, language: str) -> tuple[str, ...]:
        return (str(key).replace("**", "^"), f"({key})*1")

    def options(self) -> dict[str, Any]:
        return {"symbols": list(self.symbols), **({"others": list(self.others)} if self.others else {})}
