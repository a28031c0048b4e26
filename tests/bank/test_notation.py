"""Formulas and numbers as they are printed."""

from decimal import Decimal
from fractions import Fraction

import pytest
import sympy
from sympy import Max, Min, Mod, Piecewise, Rational, ceiling, floor, sqrt

from question_bank.errors import BankError
from question_bank.formulas.derivation import symbol
from question_bank.formulas.exact import Entry, ExactPrinter, Table
from question_bank.formulas.notation import OTHERWISE, Template, Textbook, expression_latex, value_latex, worded
from question_bank.formulas.program import compile_programs
from question_bank.numerals import Place, as_written, decimal, grouped, latex, plain_digits
from question_bank.parsing import expression
from question_bank.render.maths.plain import plain

H, K, S, P, D, n, w = map(symbol, "HKSPDnw")
VALUES = {H: -3, K: 7, S: 2, P: -1, D: 2, n: Fraction(3, 10)}

with sympy.evaluate(False):
    PRINTED = [
        (
            floor((H + 2 * P - D * (K - 1) - 1) / S) + 1,
            "⌊(H + 2 P - D (K - 1) - 1)/S⌋ + 1",
            "⌊(-3 + 2 · (-1) - 2 · (7 - 1) - 1)/2⌋ + 1",
        ),
        (2 * (K - 1), "2 (K - 1)", "2 · (7 - 1)"),
        (K * K, "K K", "7 · 7"),
        (K**2 * P, "K^2 P", "7^2 · (-1)"),
        (H - (K - P), "H - (K - P)", "-3 - (7 - (-1))"),
        (H + (K - P), "H + (K - P)", "-3 + (7 - (-1))"),
        (H * (-K), "H (-K)", "-3 · (-7)"),
        (S - H * K, "S - H K", "2 - (-3) · 7"),
        (-(H - K), "-(H - K)", "-(-3 - 7)"),
        (H**2, "H^2", "(-3)^2"),
        (n**2, "n^2", "(3/10)^2"),
        ((H / K) ** 2, "(H/K)^2", "((-3)/7)^2"),
        (2 / (1 + n**2), "2/(1 + n^2)", "2/(1 + (3/10)^2)"),
        (sqrt(K / 2), "√(K/2)", "√(7/2)"),
        (K / (2 * S), "K/(2 S)", "7/(2 · 2)"),
        ((H - K) * Rational(1, 2), "(H - K)/2", "(-3 - 7)/2"),
        (K ** (S - 1), "K^(S - 1)", "7^(2 - 1)"),
        (Max(H, K), "max(H, K)", "max(-3, 7)"),
        (Min(H, K), "min(H, K)", "min(-3, 7)"),
        (Mod(H - K, S), "(H - K) mod S", "(-3 - 7) mod 2"),
        (ceiling(H / S), "⌈H/S⌉", "⌈(-3)/2⌉"),
        (sympy.Eq(Mod(H, S), 0), "H mod S = 0", "(-3) mod 2 = 0"),
        (H <= K, "H ≤ K", "-3 ≤ 7"),
        (sympy.Ne(H, K), "H ≠ K", "-3 ≠ 7"),
        (K * sympy.log(H / S), "K ln(H/S)", "7 · ln((-3)/2)"),
        (sympy.log(K) ** 2, "(ln(K))^2", "(ln(7))^2"),
        (S - sympy.tanh(H), "S - tanh(H)", "2 - tanh(-3)"),
        (sympy.exp(-H), "exp(-H)", "exp(-(-3))"),
        (sympy.erf(K / 2), "erf(K/2)", "erf(7/2)"),
        (K * sympy.sin(H), "K sin(H)", "7 · sin(-3)"),
        (S - sympy.cos(K), "S - cos(K)", "2 - cos(7)"),
        (sympy.Abs(H - K), "|H - K|", "|-3 - 7|"),
        (sympy.pi * S**2, "π S^2", "π · 2^2"),
        (sympy.And(H > K, H < S), "H > K ∧ H < S", "-3 > 7 ∧ -3 < 2"),
        (sympy.Or(sympy.And(H > K, K > 1), sympy.Eq(H, 2)), "(H > K ∧ K > 1) ∨ H = 2", "(-3 > 7 ∧ 7 > 1) ∨ -3 = 2"),
        (sympy.Not(H > K), "¬ (H > K)", "¬ (-3 > 7)"),
        (S * sympy.Sum(n * w, (w, 1, K)), "S (Σ_(w=1)^K n w)", "2 · (Σ_(w=1)^7 3/10 · w)"),
        (sympy.Product(w + S, (w, 1, K)), "Π_(w=1)^K (w + S)", "Π_(w=1)^7 (w + 2)"),
    ]


@pytest.mark.parametrize(("formula", "symbols", "numbers"), PRINTED, ids=[row[1] for row in PRINTED])
def test_formulas_are_printed_as_they_were_written(formula, symbols: str, numbers: str) -> None:
    names = list(VALUES)
    holes = {name: number for number, name in enumerate(names)}
    assert plain(Textbook().at(Place.OPEN, formula)) == symbols
    template = Template.of(Textbook(holes, r" \cdot ").at(Place.OPEN, formula))
    filled = template.fill(lambda number, place: value_latex(VALUES[names[number]], "en", place))
    assert plain(filled) == numbers


def test_all_that_has_exact_code_has_notation() -> None:
    """A formula that compiles must not fail when its solution is printed."""
    compiled = {name for name in vars(ExactPrinter) if name.startswith("_print_")}
    printed = {name for name in vars(Textbook) if name.startswith("_print_")}
    inherited = {"_print_Pi", "_print_Exp1", "_print_BooleanTrue", "_print_BooleanFalse", "_print_NaN"}
    assert compiled - printed == inherited
    for formula in (sympy.pi, sympy.E):
        assert plain(Textbook().at(Place.OPEN, formula)) in ("π", "e")


def test_what_is_no_number_is_printed_as_a_word() -> None:
    cases = Piecewise((sympy.nan, H > K), (sympy.true, K > S), (sympy.false, True), evaluate=False)
    printed = worded(Textbook().at(Place.OPEN, cases), "da")
    assert plain(printed) == "[findes ikke H > K; ja K > S; nej ellers]"
    [program] = compile_programs([H, K, S], [((), cases)])
    assert [program(2, 1, 1), program(1, 2, 1), program(1, 1, 2)] == [None, True, False]
    words = [plain(value_latex(value, "en")) for value in (None, True, False)]
    assert words == ["does not exist", "yes", "no"]


def test_values_that_are_sums_get_brackets() -> None:
    mean, variance = symbol("E_x"), symbol("Var_x")
    with sympy.evaluate(False):
        template = Template.of(Textbook({H: 0, K: 1}).at(Place.OPEN, H * K - H**2))
    values = [variance + mean**2, mean]
    assert plain(template.fill(lambda number, place: value_latex(values[number], "en", place))) == (
        "(Var(x) + E[x]^2) E[x] - (Var(x) + E[x]^2)^2"
    )


def test_cases_and_tables() -> None:
    i, j = symbol("i"), symbol("j")
    with sympy.evaluate(False):
        cases = Piecewise((H, H > K), (0, True))
        table = Table(Entry(w, i - j * S, j), ((i, H),), ((j, K),))
    assert OTHERWISE in Textbook().at(Place.OPEN, cases)
    assert Textbook({S: 0}).at(Place.OPEN, table) == "w_{i - j \x020:4\x03,\\, j}"


def test_notation_beyond_ours_does_not_pass_the_list_of_commands() -> None:
    for formula in (sympy.S.EmptySet, sympy.Integral(H, K)):
        with pytest.raises(BankError):
            plain(Textbook().at(Place.OPEN, formula))


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("2/N", "2/N"),
        ("27*C**2", "27 C^2"),
        ("Var_w*E_x2 + 1", "Var(w) E[x^2] + 1"),
        ("-C", "-C"),
        ("sqrt(6/N)", "√(6/N)"),
    ],
)
def test_stored_expressions(text: str, printed: str) -> None:
    tree = expression(text, ("N", "C", "Var_w", "E_x2"))
    assert plain(expression_latex(tree)) == printed


@pytest.mark.parametrize(
    ("value", "en", "da", "exact"),
    [
        (Fraction(1, 250), "0.004", "0{,}004", True),
        (Fraction(1, 3), "0.333333", "0{,}333333", False),
        (Fraction(2, 3), "0.666667", "0{,}666667", False),
        (1234567, "1234570", "1234570", False),
        (Fraction(-5, 2), "-2.5", "-2{,}5", True),
        (Decimal("0.000031250"), "3.125 \\cdot 10^{-5}", "3{,}125 \\cdot 10^{-5}", True),
        (0.1, "0.1", "0{,}1", True),
        (10**9, "10^{9}", "10^{9}", True),
        (Fraction(999999999, 10**9), "1", "1", False),
        (0, "0", "0", True),
    ],
)
def test_decimals(value, en: str, da: str, exact: bool) -> None:
    assert decimal(value, "en") == (en, exact)
    assert decimal(value, "da") == (da, exact)


def test_brackets_by_place() -> None:
    assert [latex(-2, "en", place) for place in Place] == ["-2", "-2", "(-2)", "(-2)", "(-2)", "(-2)"]
    assert latex(Fraction(-1, 2), "en", Place.FACTOR) == r"\left(-\frac{1}{2}\right)"
    assert latex(Fraction(1, 2), "en", Place.FACTOR) == r"\frac{1}{2}"
    assert as_written(Fraction(-3, 10), "ru", Place.BASE) == "(-0{,}3)"
    assert as_written(Fraction(1, 3), "ru") == r"\frac{1}{3}"


def test_long_integers_are_grouped() -> None:
    assert [grouped(value) for value in (999, 9999, 10000, -9999, -12345, 1234567)] == [
        "999", "9999", "10\\,000", "-9999", "-12\\,345", "1\\,234\\,567",
    ]  # fmt: skip


def test_question_numbers_from_spreadsheets() -> None:
    assert [plain_digits(text) for text in ("3", "3.0", "03", "3.5", "x", "")] == ["3", "3", "3", "3.5", "x", ""]
