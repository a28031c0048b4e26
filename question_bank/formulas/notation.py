r"""Formulas as a textbook prints them: sympy to LaTeX in the order they were written in.

sympy's own printer sorts terms and factors; here the formulas are built unevaluated and printed
argument by argument. Every symbol with a value leaves a hole in a second printing of the same
formula, "the formula with numbers", which a variant then fills: brackets around negative
numbers and around fractions under a power, a dot between numbers that are multiplied.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy
from sympy import Expr, Symbol
from sympy.core.relational import Relational
from sympy.printing.latex import LatexPrinter

from question_bank import numerals
from question_bank.errors import BankError
from question_bank.formulas.exact import Table, in_order
from question_bank.numerals import Place, symbol_latex
from question_bank.parsing import Node
from question_bank.text import interface

# stands for the word of the last case of a piecewise formula, which each language has its own for
OTHERWISE = "\x04"
# what else is printed as a word, and the text under which the languages have theirs
_WORDS = {
    OTHERWISE: "label.otherwise",
    r"\text{True}": "value.yes",
    r"\text{False}": "value.no",
    r"\text{NaN}": "value.none",
}

# the functions that LaTeX calls otherwise than sympy
_NAMES = {"log": r"\ln", "erf": r"\operatorname{erf}"}

_HOLE = re.compile("\x02(\\d+):(\\d)\x03")


class Textbook(LatexPrinter):  # type: ignore[misc]  # sympy has no types
    """Prints formulas in the order of their arguments.

    Args:
        holes: symbols to leave open, each with its number.
        times: what stands between factors.
    """

    def __init__(
        self,
        holes: Mapping[Symbol, int] | None = None,
        times: str = " ",
    ) -> None:
        super().__init__({"order": "none"})
        self._holes = holes or {}
        self._times = times
        self._place = Place.OPEN

    def at(self, place: Place, formula: Any) -> str:
        """Print a formula for the place where it will stand."""
        before, self._place = self._place, place
        try:
            return str(self._print(formula))
        finally:
            self._place = before

    def emptyPrinter(self, expr: Any) -> str:  # sympy's name
        raise BankError(f"no notation for {type(expr).__name__} in the formula {expr}")

    def _bracketed(self, formula: Any) -> str:
        inside = self.at(Place.OPEN, formula)
        return rf"\left({inside}\right)" if r"\frac" in inside or r"\left" in inside else f"({inside})"

    def _print_Symbol(self, formula: Symbol, style: str = "plain") -> str:
        if formula in self._holes:
            return f"\x02{self._holes[formula]}:{int(self._place)}\x03"
        return symbol_latex(formula.name)

    def _print_Integer(self, formula: sympy.Integer) -> str:
        return numerals.latex(int(formula), "en", self._place)

    def _print_Add(self, formula: Expr, order: str | None = None) -> str:
        if self._place is not Place.OPEN:
            return self._bracketed(formula)
        terms = list(_flat(formula, sympy.Add))
        text = self.at(Place.OPEN, terms[0])
        for term in terms[1:]:
            size = _negated(term)
            if size is None:
                text += f" + {self.at(Place.AFTER_PLUS, term)}"
            else:
                text += f" - {self.at(Place.AFTER_MINUS, size)}"
        return text

    def _print_Mul(self, formula: Expr) -> str:
        size = _negated(formula)
        if size is not None:
            text = f"-{self.at(Place.FACTOR, size)}"
            return f"({text})" if self._place > Place.FIRST_FACTOR else text
        above, below = _split(formula)
        if below:
            text = rf"\frac{{{self._product(above)}}}{{{self._product(below)}}}"
            return rf"\left({text}\right)" if self._place is Place.BASE else text
        text = self._product(above, self._place)
        return f"({text})" if self._place is Place.BASE and len(above) > 1 else text

    def _product(self, factors: list[Expr], place: Place = Place.OPEN) -> str:
        if not factors:
            return "1"
        if len(factors) == 1:
            return self.at(place, factors[0])
        first = Place.FIRST_FACTOR if place is Place.OPEN else Place.FACTOR
        places = [first, *[Place.FACTOR] * (len(factors) - 1)]
        return self._times.join(self.at(place, factor) for place, factor in zip(places, factors, strict=True))

    def _print_Pow(self, formula: Expr) -> str:
        base, exponent = formula.base, formula.exp
        if exponent.is_Rational and exponent < 0:
            return self._print_Mul(formula)
        if exponent == sympy.Rational(1, 2):
            return rf"\sqrt{{{self.at(Place.OPEN, base)}}}"
        text = f"{self.at(Place.BASE, base)}^{{{self.at(Place.OPEN, exponent)}}}"
        return rf"\left({text}\right)" if self._place is Place.BASE else text

    def _print_Rational(self, formula: sympy.Rational) -> str:
        return numerals.latex(Fraction(int(formula.p), int(formula.q)), "en", self._place)

    def _print_floor(self, formula: Expr, exp: str | None = None) -> str:
        return rf"\left\lfloor {self.at(Place.OPEN, formula.args[0])} \right\rfloor"

    def _print_ceiling(self, formula: Expr, exp: str | None = None) -> str:
        return rf"\left\lceil {self.at(Place.OPEN, formula.args[0])} \right\rceil"

    def _print_Mod(self, formula: Expr, exp: str | None = None) -> str:
        left, right = (self.at(Place.FACTOR, part) for part in formula.args)
        return rf"{left} \bmod {right}"

    def _function(self, name: str, formulas: Iterable[Expr]) -> str:
        return rf"{name}\left({', '.join(self.at(Place.OPEN, part) for part in formulas)}\right)"

    def _print_Max(self, formula: Expr, exp: str | None = None) -> str:
        return self._function(r"\max", in_order(formula.args))

    def _print_Min(self, formula: Expr, exp: str | None = None) -> str:
        return self._function(r"\min", in_order(formula.args))

    def _named(self, formula: Expr, exp: str | None = None) -> str:
        name = type(formula).__name__
        text = self._function(_NAMES.get(name, f"\\{name}"), formula.args)
        return rf"\left({text}\right)" if self._place is Place.BASE else text

    _print_log = _print_exp = _print_tanh = _print_erf = _print_sin = _print_cos = _named

    def _print_Abs(self, formula: Expr, exp: str | None = None) -> str:
        return rf"\left|{self.at(Place.OPEN, formula.args[0])}\right|"

    def _over_range(self, sign: str, formula: Expr) -> str:
        body, *ranges = formula.args
        if isinstance(body, sympy.Mul) and body.args[0] == 1:  # sympy's own, where nothing is evaluated
            body = sympy.Mul(*body.args[1:], evaluate=False)
        signs = " ".join(
            rf"{sign}_{{{self.at(Place.OPEN, index)}={self.at(Place.OPEN, first)}}}^{{{self.at(Place.OPEN, last)}}}"
            for index, first, last in ranges
        )
        text = f"{signs} {self.at(Place.FACTOR, body)}"
        return rf"\left({text}\right)" if self._place >= Place.FIRST_FACTOR else text

    def _print_Sum(self, formula: Expr) -> str:
        return self._over_range(r"\sum", formula)

    def _print_Product(self, formula: Expr) -> str:
        return self._over_range(r"\prod", formula)

    def _joined(self, sign: str, formula: Any) -> str:
        parts = (
            self.at(Place.OPEN, part) if isinstance(part, Relational) else self._bracketed(part)
            for part in in_order(formula.args)
        )
        return f" {sign} ".join(parts)

    def _print_And(self, formula: Any) -> str:
        return self._joined(r"\land", formula)

    def _print_Or(self, formula: Any) -> str:
        return self._joined(r"\lor", formula)

    def _print_Not(self, formula: Any) -> str:
        return rf"\lnot {self._bracketed(formula.args[0])}"

    def _print_Piecewise(self, formula: Expr) -> str:
        cases = []
        for value, condition in formula.args:
            when = rf"\text{{{OTHERWISE}}}" if condition == sympy.true else self.at(Place.OPEN, condition)
            cases.append(f"{self.at(Place.OPEN, value)} & {when}")
        rows = r" \\ ".join(cases)
        return rf"\begin{{cases}} {rows} \end{{cases}}"

    def _print_Relational(self, formula: Any) -> str:
        signs = {"==": "=", "!=": r"\ne", "<=": r"\le", ">=": r"\ge", "<": "<", ">": ">"}
        left, right = (self.at(Place.OPEN, side) for side in formula.args)
        return f"{left} {signs[formula.rel_op]} {right}"

    def _print_Entry(self, formula: Expr) -> str:
        indices = r",\, ".join(self.at(Place.OPEN, index) for index in formula.args[1:])
        return f"{symbol_latex(formula.args[0].name)}_{{{indices}}}"

    def _print_Table(self, formula: Table) -> str:
        return self.at(Place.OPEN, formula.entry)


def _flat(formula: Expr, kind: type) -> Iterable[Expr]:
    """The terms or factors, nested ones unfolded; what the author bracketed stays whole:
    a sum that is added, a factor with a sign of its own.
    """
    for number, argument in enumerate(formula.args):
        whole = number > 0 and (kind is sympy.Add or _is_signed(argument))
        if isinstance(argument, kind) and not whole:
            yield from _flat(argument, kind)
        else:
            yield argument


def _is_signed(formula: Expr) -> bool:
    while isinstance(formula, sympy.Mul):
        formula = formula.args[0]
    return bool(formula.is_Number and formula < 0)


def _negated(formula: Expr) -> Expr | None:
    """What stands behind a leading minus sign; None where there is none."""
    if formula.is_Number and formula < 0:
        return -formula
    if isinstance(formula, sympy.Mul):
        factors = list(_flat(formula, sympy.Mul))
        if factors[0].is_Number and factors[0] < 0:
            rest = factors[1:] if factors[0] == -1 else [-factors[0], *factors[1:]]
            return rest[0] if len(rest) == 1 else sympy.Mul(*rest, evaluate=False)
    return None


def _split(formula: Expr) -> tuple[list[Expr], list[Expr]]:
    """The factors above and below the line of a fraction."""
    above: list[Expr] = []
    below: list[Expr] = []
    for factor in _flat(formula, sympy.Mul) if isinstance(formula, sympy.Mul) else [formula]:
        if isinstance(factor, sympy.Pow) and factor.exp.is_Rational and factor.exp < 0:
            base = factor.base if factor.exp == -1 else sympy.Pow(factor.base, -factor.exp, evaluate=False)
            below += _flat(base, sympy.Mul) if isinstance(base, sympy.Mul) else [base]
        elif factor.is_Rational and not factor.is_Integer:
            above += [sympy.Integer(factor.p)] if factor.p != 1 else []
            below.append(sympy.Integer(factor.q))
        else:
            above.append(factor)
    return above, sorted(below, key=lambda factor: not factor.is_Number)


@dataclass(frozen=True, slots=True)
class Template:
    """LaTeX with holes: text and holes in turn, beginning and ending with text."""

    texts: tuple[str, ...]
    holes: tuple[tuple[int, Place], ...]

    @staticmethod
    def of(latex: str) -> "Template":
        """Split printed LaTeX at its holes."""
        pieces = _HOLE.split(latex)
        holes = zip(pieces[1::3], pieces[2::3], strict=True)
        return Template(tuple(pieces[::3]), tuple((int(number), Place(int(place))) for number, place in holes))

    def fill(self, write: Callable[[int, Place], str]) -> str:
        """The LaTeX with `write(number, place)` in each hole."""
        parts = [self.texts[0]]
        for (number, place), text in zip(self.holes, self.texts[1:], strict=True):
            parts.append(write(number, place))
            parts.append(text)
        return "".join(parts)


def worded(latex: str, language: str) -> str:
    r"""A printed formula with the words of a language.

    >>> worded(r"\text{True}", "da")
    '\\text{ja}'
    """
    for mark, name in _WORDS.items():
        if mark in latex:
            word = interface(name, language)
            latex = latex.replace(mark, word if mark == OTHERWISE else rf"\text{{{word}}}")
    return latex


def value_latex(value: Any, language: str, place: Place = Place.OPEN) -> str:
    """A computed value in LaTeX: a number, nested lists of numbers, an expression, or a word."""
    if value is None or isinstance(value, bool):
        return worded(r"\text{NaN}" if value is None else rf"\text{{{value}}}", language)
    if isinstance(value, sympy.Basic):
        return Textbook().at(place, _arranged(value))
    return numerals.latex(value, language, place)


def _arranged(formula: Any) -> Any:
    """A computed expression with its factors as people order them: numbers, counts, variances, means."""
    if not formula.args:
        return formula
    parts = [_arranged(part) for part in formula.args]
    if isinstance(formula, sympy.Mul):
        parts.sort(key=_factor_rank)
    return formula.func(*parts, evaluate=False) if isinstance(formula, sympy.Expr) else formula


def _factor_rank(factor: Any) -> tuple[int, str]:
    names = sorted(symbol.name for symbol in factor.free_symbols)
    if not names:
        return 0, ""
    head = names[0].partition("_")[0]
    return {"Var": 2, "E": 3}.get(head, 1), names[0]


def expression_latex(value: Any) -> str:
    """An expression in LaTeX: one of sympy's, or a tree that `parsing` read."""
    formula = _arranged(value) if isinstance(value, sympy.Basic) else _formula(value)
    return Textbook().at(Place.OPEN, formula)


def _formula(node: Node) -> Any:
    """The tree as an unevaluated sympy formula."""
    if node.operator == "number":
        return sympy.Rational(numerals.as_fraction(node.value))
    if node.operator == "name":
        return Symbol(str(node.value), positive=True)
    inner = [_formula(operand) for operand in node.operands]
    with sympy.evaluate(False):
        match node.operator:
            case "+":
                return inner[0] + inner[1]
            case "-":
                return -inner[1] if inner[0] == 0 else inner[0] - inner[1]
            case "*":
                return inner[0] * inner[1]
            case "/":
                return inner[0] / inner[1]
            case "^":
                return inner[0] ** inner[1]
            case name:
                return getattr(sympy, {"ln": "log", "abs": "Abs"}.get(name, name))(inner[0])
