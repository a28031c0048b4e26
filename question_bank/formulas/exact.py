"""Formulas as Python code that is exact on integers and fractions.

sympy's own `lambdify` is not: it turns floor(n/49) into floor((1/49)*n), which is wrong for 55
of n = 1..4999, and goes through floats above 2**53. Here a quotient under a floor becomes Python's
`//`, every other quotient a `Fraction`, and whatever has no exact value (a root, a logarithm) is
computed in decimal at 40 digits, of which the bank promises 30. Anything this printer does not know is
an error when the formula is compiled, never a guess; so is, when it is computed, a floor, a rest or a
comparison that those digits do not decide.

A name that stays free (the N of "Var z = N Var w") is passed in as a sympy symbol; the same code,
over sympy's operations in place of ours, then computes an expression. sympy's `nan` is the case in
which there is no answer: it becomes None.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sympy
from sympy import Expr, Integer, Symbol
from sympy.printing.printer import Printer

from question_bank.errors import BankError
from question_bank.formulas.arithmetic import CONSTANTS, FUNCTIONS


class Entry(sympy.Function):  # type: ignore[misc]  # sympy has no types
    """Entry(w, i, j): the entry w[i][j] of an array, and 0 outside it."""

    nargs = tuple(range(2, 7))


class Table(sympy.Basic):  # type: ignore[misc]  # sympy has no types
    """A nested list of entries, one level for each group of indices.

    `Table(entry, (("a", n), ("b", m)), (("i", k),))` has n*m rows, in row-major order of (a, b),
    of k entries each; entry is a formula in the symbols a, b, i.
    """

    def __new__(cls, entry: Expr, *groups: Iterable[tuple[Symbol, Expr]]) -> "Table":
        levels = [sympy.Tuple(*(sympy.Tuple(*pair) for pair in group)) for group in groups]
        return sympy.Basic.__new__(cls, sympy.sympify(entry), *levels)  # type: ignore[no-any-return]

    @property
    def entry(self) -> Expr:
        """The formula of one entry."""
        return self.args[0]

    @property
    def groups(self) -> tuple[tuple[tuple[Symbol, Expr], ...], ...]:
        """The indices and their lengths, a group a level."""
        return tuple(tuple((pair[0], pair[1]) for pair in group) for group in self.args[1:])


class ExactPrinter(Printer):  # type: ignore[misc]  # sympy has no types
    """Prints a formula as exact Python code.

    Args:
        names: the identifier of each symbol.
        reals: the symbols whose values are reals at 40 digits; what they meet becomes real too,
            for a 40-digit number and a fraction do not mix.
    """

    def __init__(
        self, names: Mapping[Symbol, str], reals: frozenset[Symbol] = frozenset(), entries: list[int] | None = None
    ) -> None:
        super().__init__()
        self._names = names
        self._reals = reals
        self._entries = [0] if entries is None else entries

    def is_real(self, formula: Any) -> bool:
        """Whether the value is computed at 40 digits rather than exactly."""
        if self._begins_real(formula):
            return True
        if isinstance(formula, sympy.floor | sympy.ceiling | sympy.core.relational.Relational):
            return False
        return any(self.is_real(argument) for argument in formula.args)

    def uses_reals(self, formula: Any) -> bool:
        """Whether anything in the formula is computed at 40 digits, be it only under a floor."""
        return self._begins_real(formula) or any(map(self.uses_reals, formula.args))

    def _begins_real(self, formula: Any) -> bool:
        if formula in self._reals or type(formula).__name__ in (*FUNCTIONS, *CONSTANTS):
            return True
        return isinstance(formula, sympy.Pow) and formula.exp.is_Rational and not formula.exp.is_Integer

    def emptyPrinter(self, expr: Any) -> str:  # sympy's name
        raise BankError(f"no exact code for {type(expr).__name__} in the formula {expr}")

    def _operands(self, formulas: Sequence[Any]) -> list[str]:
        codes = [self._print(formula) for formula in formulas]
        inexact = [self.is_real(formula) for formula in formulas]
        if any(inexact) and not all(inexact):
            codes = [code if isreal else f"real({code})" for code, isreal in zip(codes, inexact, strict=True)]
        return codes

    def _print_Symbol(self, formula: Symbol) -> str:
        try:
            return self._names[formula]
        except KeyError:
            raise BankError(f"the formula uses {formula} before it has a value") from None

    def _print_Integer(self, formula: Integer) -> str:
        return str(formula) if formula >= 0 else f"({formula})"

    def _print_Rational(self, formula: sympy.Rational) -> str:
        return f"Fraction({formula.p}, {formula.q})"

    def _print_NaN(self, formula: Any) -> str:
        return "None"

    def _print_Pi(self, formula: Any) -> str:
        return "pi"

    def _print_Exp1(self, formula: Any) -> str:
        return "e"

    def _print_Add(self, formula: Expr) -> str:
        return f"({' + '.join(self._operands(formula.args))})"

    def _fraction(self, formula: Expr) -> tuple[list[Expr], list[Expr]]:
        """The factors above and below the line."""
        above: list[Expr] = []
        below: list[Expr] = []
        for factor in formula.args if isinstance(formula, sympy.Mul) else [formula]:
            if isinstance(factor, sympy.Mul):
                upper, lower = self._fraction(factor)
                above += upper
                below += lower
            elif isinstance(factor, sympy.Pow) and factor.exp.is_Rational and factor.exp < 0:
                below.append(factor.base if factor.exp == -1 else sympy.Pow(factor.base, -factor.exp, evaluate=False))
            elif isinstance(factor, sympy.Rational) and not factor.is_Integer:
                above.append(Integer(factor.p))
                below.append(Integer(factor.q))
            else:
                above.append(factor)
        return above, below

    def _quotient(self, above: list[Expr], below: list[Expr]) -> tuple[str, str]:
        codes = self._operands([*above, *below])
        upper, lower = codes[: len(above)], codes[len(above) :]
        return f"({' * '.join(upper) or '1'})", f"({' * '.join(lower)})"

    def _print_Mul(self, formula: Expr) -> str:
        above, below = self._fraction(formula)
        upper, lower = self._quotient(above, below)
        if not below:
            return upper
        return f"({upper} / {lower})" if self.is_real(formula) else f"quotient({upper}, {lower})"

    def _print_Pow(self, formula: Expr) -> str:
        base, exponent = formula.base, formula.exp
        if exponent.is_Rational and exponent < 0:
            return str(self._print_Mul(formula))
        code = self._print(base)
        if exponent == sympy.Rational(1, 2):
            return f"root({code if self.is_real(base) else f'real({code})'})"
        if exponent.is_Integer:
            return f"({code} ** {exponent})"
        if self.is_real(base) or self.is_real(exponent) or exponent.is_Rational:
            return f"(real({code}) ** real({self._print(exponent)}))"
        return f"power({code}, {self._print(exponent)})"

    def _floor_of(self, formula: Expr) -> str | None:
        above, below = self._fraction(formula)
        if not below or self.is_real(formula):
            return None
        return " // ".join(self._quotient(above, below))

    def _print_floor(self, formula: Expr) -> str:
        inside = formula.args[0]
        code = self._floor_of(inside)
        if code:
            return f"({code})"
        return f"{'floor_of_real' if self.is_real(inside) else 'floor'}({self._print(inside)})"

    def _print_ceiling(self, formula: Expr) -> str:
        inside = formula.args[0]
        code = self._floor_of(sympy.Mul(-1, inside, evaluate=False))
        if code:
            return f"(-({code}))"
        code = self._print(inside)
        return f"(-floor_of_real(-{code}))" if self.is_real(inside) else f"ceil({code})"

    def _print_Mod(self, formula: Expr) -> str:
        left, right = self._operands(formula.args)
        if not any(map(self.is_real, formula.args)):
            return f"({left} % {right})"
        # decimal's own rest has the sign of the left operand, a Mod that of the right one
        return f"({left} - {right} * floor_of_real({left} / {right}))"

    def _print_Abs(self, formula: Expr) -> str:
        return f"abs({self._print(formula.args[0])})"

    def _print_Max(self, formula: Expr) -> str:
        return f"max({', '.join(self._operands(in_order(formula.args)))})"

    def _print_Min(self, formula: Expr) -> str:
        return f"min({', '.join(self._operands(in_order(formula.args)))})"

    def _print_Piecewise(self, formula: Expr) -> str:
        code = "undefined()"
        values = self._operands([pair.expr for pair in formula.args])
        for value, pair in reversed(list(zip(values, formula.args, strict=True))):
            condition = pair.cond
            code = value if condition == sympy.true else f"({value} if {self._print(condition)} else {code})"
        return code

    def _print_Relational(self, formula: Any) -> str:
        left, right = self._operands(formula.args)
        if any(map(self.is_real, formula.args)):
            return f"(compare({left}, {right}) {formula.rel_op} 0)"
        return f"({left} {formula.rel_op} {right})"

    def _print_And(self, formula: Any) -> str:
        return f"({' and '.join(self._print(part) for part in in_order(formula.args))})"

    def _print_Or(self, formula: Any) -> str:
        return f"({' or '.join(self._print(part) for part in in_order(formula.args))})"

    def _print_Not(self, formula: Any) -> str:
        return f"(not {self._print(formula.args[0])})"

    def _print_BooleanTrue(self, formula: Any) -> str:
        return "True"

    def _print_BooleanFalse(self, formula: Any) -> str:
        return "False"

    def _function(self, formula: Expr) -> str:
        argument = formula.args[0]
        code = self._print(argument)
        return f"{type(formula).__name__}({code if self.is_real(argument) else f'real({code})'})"

    _print_exp = _print_log = _print_tanh = _print_erf = _print_sin = _print_cos = _function

    def _print_Entry(self, formula: Expr) -> str:
        array, *indices = formula.args
        lengths, inside = self._print(array), []
        chosen = lengths
        for index in indices:
            self._entries[0] += 1
            name = f"e{self._entries[0]}"
            inside.append(f"0 <= ({name} := {self._print(index)}) < len({lengths})")
            lengths, chosen = f"{lengths}[0]", f"{chosen}[{name}]"
        return f"({chosen} if {' and '.join(inside)} else 0)"

    def _within(self, indices: Iterable[Symbol]) -> "ExactPrinter":
        names = {index: f"i_{number}_{len(self._names)}" for number, index in enumerate(indices)}
        return ExactPrinter({**self._names, **names}, self._reals, self._entries)

    def _over_range(self, function: str, formula: Expr) -> str:
        body, *ranges = formula.args
        inner = self._within(limits[0] for limits in ranges)
        loops = " ".join(
            f"for {inner._print(index)} in range({self._print(first)}, {self._print(last)} + 1)"
            for index, first, last in ranges
        )
        return f"{function}({inner._print(body)} {loops})"

    def _print_Sum(self, formula: Expr) -> str:
        return self._over_range("sum", formula)

    def _print_Product(self, formula: Expr) -> str:
        return self._over_range("prod", formula)

    def _print_Table(self, formula: Table) -> str:
        inner = self._within(index for group in formula.groups for index, _ in group)
        code: str = inner._print(formula.entry)
        for group in reversed(formula.groups):
            loops = " ".join(f"for {inner._print(index)} in range({self._print(length)})" for index, length in group)
            code = f"[{code} {loops}]"
        return code


def in_order(formulas: Iterable[Any]) -> list[Any]:
    """And, Or, Min and Max forget the order they were written in; any fixed one will do."""
    return sorted(formulas, key=sympy.default_sort_key)
