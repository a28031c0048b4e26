"""A derivation compiled: what it refuses, and what has no value."""

from dataclasses import replace
from decimal import Decimal

import pytest
from sympy import Symbol, exp, floor, sqrt

from question_bank.answers import Integer, Real
from question_bank.errors import BankError, Refused
from question_bank.family import Family, Level, Part, Variant
from question_bank.fields import PerAxis, Whole
from question_bank.formulas.derivation import Derivation, Line, Step, symbol
from question_bank.given import Schema
from question_bank.space import Range, Record

n, m, size = symbol("n"), symbol("m"), symbol("size")


def family(formula, rivals=None, kind=None) -> Family:
    """One number in, one out."""
    return Family(
        id="a/b",
        version=1,
        given=Schema(count=Whole("n")),
        levels={1: Level(Record(count=Range(1, 20)))},
        parts=(Part("size", kind or Integer()),),
        derive=lambda given: Derivation([Step(size, formula, "size", rivals or {})], {"size": size}),
        measure=lambda given: {"size": 0},
        few_misconceptions="a test",
    )


def test_a_family_replaced_forgets_what_it_derived() -> None:
    before = family(n + 1)
    assert before.solve({"count": 3}).answers["size"] == 4
    after = replace(before, derive=lambda given: Derivation([Step(size, n + 2, "size")], {"size": size}))
    assert after.solve({"count": 3}).answers["size"] == 5


@pytest.mark.parametrize(
    "steps",
    [
        [Step(n, n + 1, "size")],
        [Step(Symbol("n"), n + 1, "size")],
        [Step(m, n + 1, "size"), Step(m, m + 1, "size")],
    ],
)
def test_a_symbol_has_one_value(steps: list[Step]) -> None:
    with pytest.raises(BankError, match="the symbol [nm] gets a value twice"):
        Line(Derivation(steps, {"size": steps[-1].symbol}), [n])


def test_two_symbols_of_one_name_are_refused() -> None:
    with pytest.raises(BankError, match="two different symbols are called n"):
        Line(Derivation([Step(m, Symbol("n") + 1, "size")], {"size": m}), [n])


def test_two_keys_with_one_letter_are_refused() -> None:
    schema = Schema(kernel=PerAxis("K"), pool=PerAxis("K", default=2), axis=Whole("K_H", default=1))
    assert schema.symbols(schema.read({"kernel": 3})) == [symbol("K")]
    with pytest.raises(BankError, match="the keys kernel and pool go by the same symbol, K"):
        schema.symbols(schema.read({"kernel": 3, "pool": 2}))
    with pytest.raises(BankError, match="the keys kernel and axis go by the same symbol, K_H"):
        schema.symbols(schema.read({"kernel": [3, 3], "axis": 2}))


def test_a_misconception_without_a_value_is_left_out() -> None:
    rooted = family(n + 1, {"root": sqrt(n - 10), "grown": exp(n**30), "halved": floor(sqrt(n)), "less": n - 1})
    drawn = rooted.draw(1, 8)
    assert isinstance(drawn, Variant)
    assert drawn.solved.given.count == 9
    assert drawn.misconceptions == {"size": {"less": 8}}
    assert drawn.solved.line.under(["root"], [9]) is None
    assert drawn.solved.line.under(["halved"], [10]) == {"size": 3}


def test_a_key_without_a_value_is_a_fault_of_the_family() -> None:
    with pytest.raises(BankError, match=r'a/b, given \{"count": 3\}: the derivation has no value here'):
        family(sqrt(n - 10), kind=Real()).solve({"count": 3})
    with pytest.raises(BankError, match="a/b, level 1, index 9: the derivation has no value"):
        family(n / (n - 10), kind=Real()).draw(1, 9)


@pytest.mark.parametrize(("formula", "count"), [(exp(n), 10**18), (floor(sqrt(n)), 9), (n**n, 10**7)])
def test_a_key_too_large_or_undecided_is_refused(formula, count: int) -> None:
    with pytest.raises(Refused) as refusal:
        family(formula, kind=Real()).solve({"count": count})
    assert "\n" not in refusal.value.message
    assert isinstance(family(floor(sqrt(n))).draw(1, 8), str)
    assert family(floor(sqrt(n))).solve({"count": 8}).answers["size"] == 2
    assert isinstance(family(exp(n), kind=Real()).solve({"count": 8}).answers["size"], Decimal)
