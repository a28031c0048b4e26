"""Straight lines of formulas, compiled to exact functions."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sympy
from sympy import Symbol

from question_bank.formulas.arithmetic import NUMERIC, SYMBOLIC
from question_bank.formulas.exact import ExactPrinter

Program = Callable[..., Any]


def compile_programs(
    arguments: Sequence[Symbol],
    programs: Iterable[tuple[Sequence[tuple[Symbol, Any]], Any]],
    *,
    symbolic: bool = False,
) -> list[Program]:
    """Compile straight lines of formulas to exact functions.

    Args:
        arguments: the symbols whose values are passed in, in order.
        programs: for each function its bindings (symbol and formula, in order; a formula may use
            all symbols before it) and its outputs (a formula, or nested lists and tuples of them).
        symbolic: some arguments will be sympy symbols; compute with sympy's numbers.

    Returns:
        A function of the arguments for each program; it gives the outputs in the same nesting.

    Raises:
        BankError: a formula uses a symbol that has no value yet, or something without exact code.

    >>> n = Symbol("n")
    >>> [floor] = compile_programs([n], [((), sympy.floor(n / 49))])
    >>> floor(2**60 * 49 + 48) == 2**60
    True
    """
    source = _Source(arguments)
    text = "\n".join(source.function(f"program_{number}", *program) for number, program in enumerate(programs))
    namespace = dict(SYMBOLIC if symbolic else NUMERIC)
    # the source is printed from our own formulas above: no outside text can reach it
    exec(compile(text, "<formula>", "exec"), namespace)  # noqa: S102
    return [code for name, code in namespace.items() if name.startswith("program_")]


class _Source:
    """Writes the functions of one derivation; a formula that occurs in many is printed once."""

    def __init__(self, arguments: Sequence[Symbol]) -> None:
        self._arguments = {symbol: f"a{number}" for number, symbol in enumerate(arguments)}
        self._names = dict(self._arguments)
        self._codes: dict[tuple[int, frozenset[Symbol]], tuple[str, bool, bool]] = {}
        self._kept: list[Any] = []

    def function(self, name: str, bindings: Sequence[tuple[Symbol, Any]], outputs: Any) -> str:
        known = dict(self._arguments)
        reals: frozenset[Symbol] = frozenset()
        lines = [f"def {name}({', '.join(self._arguments.values())}):"]
        digits = False
        for symbol, formula in bindings:
            code, is_real, uses_reals = self._code(formula, known, reals)
            known[symbol] = self._names.setdefault(symbol, f"v{len(self._names)}")
            lines.append(f"    {known[symbol]} = {code}")
            digits |= uses_reals
            if is_real:
                reals |= {symbol}
        code, uses_reals = self._outputs(outputs, known, reals)
        lines.append(f"    return {code}")
        if digits or uses_reals:
            lines[1:] = ["    with digits():", *(f"    {line}" for line in lines[1:])]
        return "\n".join(lines)

    def _code(self, formula: Any, known: dict[Symbol, str], reals: frozenset[Symbol]) -> tuple[str, bool, bool]:
        """The code of a formula, whether its value is real, and whether anything in it is."""
        key = (id(formula), reals)
        if key not in self._codes:
            self._kept.append(formula)  # an id is only good while its object lives
            formula = sympy.sympify(formula)
            printer = ExactPrinter(known, reals)
            self._codes[key] = str(printer.doprint(formula)), printer.is_real(formula), printer.uses_reals(formula)
        return self._codes[key]

    def _outputs(self, outputs: Any, known: dict[Symbol, str], reals: frozenset[Symbol]) -> tuple[str, bool]:
        """The code of nested outputs, and whether any of it uses reals."""
        if isinstance(outputs, list | tuple):
            inner = [self._outputs(output, known, reals) for output in outputs]
            codes = "".join(f"{code}, " for code, _ in inner)
            return (f"[{codes}]" if isinstance(outputs, list) else f"({codes})"), any(real for _, real in inner)
        if outputs is None:
            return "None", False
        code, _, uses_reals = self._code(outputs, known, reals)
        return code, uses_reals
