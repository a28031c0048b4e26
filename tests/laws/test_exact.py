"""The exact printer: what sympy's own code gets wrong, and formulas at random."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Max, Min, Mod, Piecewise, Rational, ceiling, floor, sqrt

from question_bank.errors import BankError
from question_bank.formulas.arithmetic import Undecided
from question_bank.formulas.derivation import symbol
from question_bank.formulas.exact import Entry, Table
from question_bank.formulas.program import compile_programs

n, m, k = symbol("n"), symbol("m"), symbol("k")


def compiled(formula, *arguments):
    [program] = compile_programs(arguments, [((), formula)])
    return program


def test_floor_of_a_quotient_for_every_n() -> None:
    program = compiled(floor(n / 49), n)
    assert [program(value) for value in range(1, 5000)] == [value // 49 for value in range(1, 5000)]


def test_sympys_own_code_is_wrong_where_ours_is_not() -> None:
    """Why lambdify is not used: should this ever pass, the reason is gone."""
    theirs = sympy.lambdify(n, floor(n / 49))
    wrong = [value for value in range(1, 5000) if theirs(value) != value // 49]
    assert wrong


@pytest.mark.parametrize("value", [2**53 + 1, 2**64 - 1, 10**30 + 7, 49 * 10**40 + 48])
def test_values_over_two_to_the_53(value: int) -> None:
    assert compiled(floor(n / 49), n)(value) == value // 49
    assert compiled(ceiling(n / 49), n)(value) == -(-value // 49)
    assert compiled(n * (n + 1) / 2, n)(value) == value * (value + 1) // 2
    assert compiled(n / 3, n)(value) == Fraction(value, 3)


def test_powers_stay_exact() -> None:
    assert compiled(n**-2, n)(3) == Fraction(1, 9)
    assert compiled(n**m, n, m)(2, -3) == Fraction(1, 8)
    assert compiled(n**m, n, m)(7, 30) == 7**30
    with pytest.raises(OverflowError):
        compiled(n**m, n, m)(10, 10**9)
    with pytest.raises(OverflowError):
        compiled(n**m, n, m)(4, Fraction(1, 2))


def test_integers_come_out_as_integers() -> None:
    assert type(compiled(n * m / k, n, m, k)(6, 4, 8)) is int


REALS = {
    sqrt(2) * n: "1.41421356237309504880168872420969807",
    sqrt(4 * n) + Rational(1, 3): "2.33333333333333333333333333333333333",
    sympy.pi * n: "3.14159265358979323846264338327950288",
    sympy.exp(n): "2.71828182845904523536028747135266250",
    sympy.log(n + 1): "0.693147180559945309417232121458176568",
    sympy.tanh(n): "0.761594155955764888119458282604793590",
    sympy.erf(n): "0.842700792949714869341220635082609259",
    n ** Rational(1, 3) + 1: "2.00000000000000000000000000000000000",
}


@pytest.mark.parametrize("formula", REALS, ids=str)
def test_reals_have_thirty_digits(formula) -> None:
    with localcontext(prec=60):
        value = compiled(formula, n)(1)
        assert isinstance(value, Decimal)
        assert abs(value - Decimal(REALS[formula])) < Decimal(10) ** -33


def test_what_meets_a_real_becomes_real() -> None:
    [program] = compile_programs([n], [([(m, sqrt(n)), (k, m * Rational(1, 7) + n)], (k, floor(k)))])
    value, below = program(Fraction(9, 4))
    assert (type(value), below) == (Decimal, 2)


ROUND = sympy.Mul(n ** Rational(1, 3), n ** Rational(2, 3), evaluate=False)
UNDECIDED = [floor(ROUND), ceiling(ROUND), floor(-sqrt(n)), Mod(sqrt(n), 3), sqrt(n) > 3, sympy.Ne(sqrt(n), 3)]


@pytest.mark.parametrize("formula", UNDECIDED, ids=str)
def test_what_forty_digits_do_not_decide_is_no_guess(formula) -> None:
    with pytest.raises(Undecided, match="cannot be told apart"):
        compiled(formula, n)(9)


def test_reals_that_are_no_integers_are_rounded_and_compared() -> None:
    assert [compiled(floor(sqrt(n)), n)(value) for value in (2, 8, 10**12 - 1)] == [1, 2, 10**6 - 1]
    assert [compiled(ceiling(sign * sqrt(n)), n)(10) for sign in (1, -1)] == [4, -3]
    assert str(compiled(Mod(-sqrt(n), m), n, m)(10, 3)).startswith("2.83772233983162066800110645")
    assert [compiled(sqrt(n) > 3, n)(value) for value in (8, 10)] == [False, True]
    assert compiled(sympy.Eq(sqrt(n), 3), n)(10) is False


def test_comparisons_and_cases() -> None:
    program = compiled(Piecewise((n, n > m), (m, sympy.Eq(Mod(n, 2), 0)), (0, True)), n, m)
    assert [program(3, 2), program(2, 5), program(3, 5)] == [3, 5, 0]
    assert compiled(sympy.Eq(Mod(n - m, k), 0), n, m, k)(10, 4, 3) is True
    assert compiled((n > 1) & (n < m), n, m)(2, 3) is True
    with pytest.raises(ZeroDivisionError):
        compiled(Piecewise((n, n > 5)), n)(1)


def test_tables_sums_and_entries() -> None:
    w, i, j = symbol("w"), symbol("i"), symbol("j")
    table = Table(Entry(w, i, j - i), ((i, n),), ((j, m),))
    assert compiled(table, w, n, m)([[1, 2], [3, 4]], 2, 4) == [[1, 2, 0, 0], [0, 3, 4, 0]]
    assert compiled(sympy.Sum(Entry(w, i) * k, (i, 0, n)), w, n, k)([1, 2, 3], 5, 10) == 60
    assert compiled(sympy.Product(i, (i, 1, n)), n)(5) == 120


def test_what_has_no_exact_code_is_refused() -> None:
    with pytest.raises(BankError, match="no exact code for Float"):
        compiled(n * sympy.Float(0.1), n)
    with pytest.raises(BankError, match="no exact code for besselj"):
        compiled(sympy.besselj(0, n), n)
    with pytest.raises(BankError, match="before it has a value"):
        compiled(n + m, n)


# --- formulas at random, against sympy's own exact substitution ---

leaves = (
    st.sampled_from([n, m, k])
    | st.integers(-9, 9).map(sympy.Integer)
    | st.fractions(-3, 3, max_denominator=7).map(Rational)
)


def bigger(inner):
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(lambda pair: sympy.Add(*pair, evaluate=False)),
        pairs.map(lambda pair: sympy.Mul(*pair, evaluate=False)),
        pairs.map(
            lambda pair: sympy.Mul(
                pair[0], sympy.Pow(sympy.Add(pair[1], 100, evaluate=False), -1, evaluate=False), evaluate=False
            )
        ),
        st.tuples(inner, st.integers(0, 3)).map(lambda pair: sympy.Pow(*pair, evaluate=False)),
        inner.map(lambda formula: floor(formula, evaluate=False)),
        inner.map(lambda formula: ceiling(formula, evaluate=False)),
        pairs.map(lambda pair: Max(*pair, evaluate=False)),
        pairs.map(lambda pair: Min(*pair, evaluate=False)),
        st.tuples(inner, st.integers(1, 9)).map(lambda pair: Mod(*pair, evaluate=False)),
    )


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(leaves, bigger, max_leaves=8), st.tuples(*[st.integers(-(10**18), 10**18) | st.integers(-9, 9)] * 3)
)
def test_random_formulas_agree_with_substitution(formula, values) -> None:
    at = dict(zip((n, m, k), map(sympy.Integer, values), strict=True))
    expected = _substituted(formula, at)
    try:
        found = compiled(formula, n, m, k)(*values)
    except ZeroDivisionError:
        assert expected in (sympy.zoo, sympy.nan) or expected.has(sympy.zoo, sympy.nan)
        return
    assert Rational(found) == expected


def _substituted(formula, at):
    """The value by sympy's exact arithmetic, bottom up."""
    if not formula.args:
        return at.get(formula, formula)
    return formula.func(*(_substituted(argument, at) for argument in formula.args))
