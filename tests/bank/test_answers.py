"""Answer kinds: from a key to what is stored, to what a student writes, and back to a verdict."""

import json
from fractions import Fraction
from typing import Any

import pytest

from question_bank.answers import (
    Between,
    Bounds,
    Choice,
    Counts,
    Expression,
    Integer,
    Kind,
    Matrix,
    MultipleChoice,
    Order,
    Rational,
    Real,
    Record,
    Shape,
    Tensor,
    YesNo,
)
from question_bank.marking import PartKey, mark
from question_bank.text import LANGUAGES

HALF = Fraction(1, 2)
KEYS: list[tuple[Kind, Any, Any]] = [
    (Integer(), 12345, -12345),
    (Rational(), HALF, Fraction(2, 3)),
    (Rational(), 3, HALF),
    (Real(), 0.0109218, 0.02),
    (Shape(), [1024, 512], [512, 1024]),
    (Counts(), [1300, 48], [48, 1300]),
    (Matrix(), [[1, 0], [-2, 3]], [[1, 0], [2, 3]]),
    (Matrix(), [[HALF, 1], [0, -HALF]], [[1, 1], [0, 0]]),
    (Tensor(), [[[HALF], [2]], [[3], [4]]], [[[1], [2]], [[3], [4]]]),
    (Expression(("N", "Var_w")), "2/(N*Var_w)", "N*Var_w"),
    (Expression(("N",)), "1/2", "N/2"),
    (YesNo(), True, False),
    (YesNo(), False, True),
    (Choice(("converges", "1/2", "0.5")), "1/2", "0.5"),
    (Choice(("converges", "1/2", "0.5")), "converges", "1/2"),
    (MultipleChoice(("a", "b", "1/2")), ["1/2", "a"], ["a"]),
    (Order(), [2, 1, 3], [1, 2, 3]),
    (Record({"a": Integer(), "b": Shape()}), {"a": 1, "b": [2, 3]}, {"a": 1, "b": [3, 2]}),
    (Record({"p": Rational(), "q": YesNo()}), {"p": HALF, "q": False}, {"p": HALF, "q": True}),
    (Between("L"), Bounds(6, 8), 9),
    (Between("L"), Bounds(12345, 12345), 12346),
]


def part_key(kind: Kind, answer: Any, wrong: Any) -> PartKey:
    """The key as it is after its rows were written and read again."""
    row = {"part": "x", "kind": kind.name, **kind.options()}
    stored = {
        "answers": {"x": kind.encode(answer)},
        "misconceptions": {"x": {"slip": kind.encode(wrong)}},
        "tolerance": {},
    }
    return PartKey.of(json.loads(json.dumps(row)), json.loads(json.dumps(stored)))


def name(case: tuple[Kind, Any, Any]) -> str:
    return f"{case[0].name} {case[1]}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", KEYS, ids=name)
def test_a_key_that_was_stored_marks_what_students_write(case: tuple[Kind, Any, Any], language: str) -> None:
    kind, answer, wrong = case
    key = part_key(*case)
    texts = kind.fabricate(key.answer, language)
    for text in texts.right:
        assert mark(key, text, language).verdict == "right", text
    for text in texts.invalid:
        assert mark(key, text, language).verdict == "invalid", text
    for text in (kind.write(kind.decode(kind.encode(wrong)), language), json.dumps(kind.encode(wrong))):
        verdict = mark(key, text, language)
        assert (verdict.verdict, verdict.misconception) == ("wrong", "slip"), text
    assert kind.show(key.answer, language)
    if kind.name not in ("expression", "between"):  # whose oracles give points, and all numbers that hold
        assert kind.agrees(answer, answer)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", [case for case in KEYS if case[0].name != "choice"], ids=name)
def test_an_answer_may_be_that_there_is_none(case: tuple[Kind, Any, Any], language: str) -> None:
    kind, answer, _ = case
    key = part_key(kind, None, answer)
    for text in kind.fabricate(None, language).right:
        assert mark(key, text, language).verdict == "right", text
    assert mark(key, kind.write(answer, language), language).verdict == "wrong"
    assert mark(part_key(kind, answer, None), "-", language).misconception == "slip"
    assert kind.show(None, language) == kind.write(None, language)


def test_an_oracle_may_give_tuples() -> None:
    assert Shape().agrees([1, 2], (1, 2))
    assert Matrix().agrees([[1, 2]], ((1, 2),))
    assert Tensor().encode([[HALF, 2], [Fraction(4, 2), Fraction(1, 8)]]) == [[0.5, 2], [2, 0.125]]
    assert not Shape().agrees([1, 2], (2, 1))


@pytest.mark.parametrize("thousandth", range(1, 200, 7))
def test_the_edge_of_a_tolerance_is_right(thousandth: int) -> None:
    """Whatever doubles make of it: 0.2 and 0.201 differ by exactly 0.5 %."""
    value = Fraction(thousandth, 1000)
    kind = Real()
    assert kind.equal(value, value * Fraction(1005, 1000))
    assert kind.equal(value, value * Fraction(995, 1000))
    assert not kind.equal(value, value * Fraction(1005001, 1000000))


def test_what_lies_at_the_edge_of_a_tolerance_is_alike() -> None:
    """Drawing must not tell apart what marking may take for the same."""
    for thousandth in range(1, 2000):
        value = thousandth / 1000
        assert Real().alike(value, value * 1.005)


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [
        (Integer(), 8, Fraction(25, 3)), (Integer(), 8, -8), (Integer(), 0, 3), (Shape(), [8, 8], [Fraction(25, 3), 8]),
        (Shape(), [8, 8], [8]), (Shape(), [8, 8], [0, 8]), (Matrix(), [[1, 2]], [[1], [2]]), (Matrix(), [[1, 2]], [[HALF, 1]]),
    ],
)  # fmt: skip
def test_some_values_give_themselves_away_as_wrong(kind: Kind, key: Any, value: Any) -> None:
    assert not kind.plausible(value, key)
    assert kind.plausible(key, key)
    assert kind.plausible(None, key)


@pytest.mark.parametrize(
    ("value", "key", "enough"),
    [
        ([48, 75], [48, 300], True), ([0, 300], [48, 300], False), ([48, 1], [48, 300], False), ([48], [48, 300], False),
        ([[1, 2], [3, [4]]], [[1, 2], [3, 4]], False), ([[1, 2], [3]], [[1, 2], [3, 4]], False),
        ([[5, 2], [3, 4]], [[1, 2], [3, 4]], True), ([[5, 2], [3, 4]], [[1, 2], [3, 0]], True),
    ],
)  # fmt: skip
def test_no_entry_of_a_list_may_be_saved(value: list, key: list, enough: bool) -> None:
    assert Tensor().substantial(value, key) is enough
