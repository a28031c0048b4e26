"""Parts with several right answers: the kind, and the first family that asks one."""

from fractions import Fraction
from typing import Any

import pytest

from question_bank.answers import Between, Bounds, Invalid, restore
from question_bank.choices import choose
from question_bank.errors import Refused
from question_bank.keyed import Draws
from question_bank.marking import Mark, PartKey, mark
from question_bank.question import ask
from question_bank.registry import get
from question_bank.solve import solve
from question_bank.text import LANGUAGES

KIND = Between("L")
DESIGN = get("review/design")


def part_key(answer: Any, **misconceptions: Any) -> PartKey:
    part = {"part": "p", "kind": "between", "letter": "L"}
    return PartKey.of(part, {"answers": {"p": answer}, "misconceptions": {"p": misconceptions}, "tolerance": {}})


@pytest.mark.parametrize("text", ["6", "7", "8", "L = 7", "7.0", "14/2", "+8", "\u200f6\u200e", '{"min": 6, "max": 8}'])
def test_every_number_within_the_bounds_is_right(text: str) -> None:
    for language in LANGUAGES:
        assert mark(part_key({"min": 6, "max": 8}), text, language) == Mark("right")


@pytest.mark.parametrize(
    "text", ["5", "9", "0", "-7", "6.5", "13/2", "7.000001", "1e9", "none", '{"min": 6, "max": 9}']
)
def test_every_other_answer_is_wrong(text: str) -> None:
    assert mark(part_key({"min": 6, "max": 8}), text, "en") == Mark("wrong")


@pytest.mark.parametrize(
    "text",
    ["6 to 8", "6, 7 or 8", "6-8", "any", "{6, 7, 8}", '{"min": 6}', '{"min": 6, "max": NaN}', '{"min": 6, "max": "8"}',
     '{"min": 6, "max": ' + "8" * 9_000 + "}", "9" * 9_999, "NaN", "1e400", "7;8", "True"],
)  # fmt: skip
def test_what_is_no_single_number_is_invalid(text: str) -> None:
    assert mark(part_key({"min": 6, "max": 8}), text, "en").verdict == "invalid"


def test_where_none_is_right_only_none_is() -> None:
    key = part_key(None, too_few=4)
    assert [mark(key, text, "en").verdict for text in ("does not exist", "null", "-")] == ["right"] * 3
    assert mark(key, "4", "en") == Mark("wrong", "too_few")
    assert mark(key, "8", "en") == Mark("wrong")


def test_a_comma_groups_thousands() -> None:
    """An integer is expected, so in all languages 1,234 is one."""
    key = part_key({"min": 1200, "max": 1300})
    assert [mark(key, "1,234", language).verdict for language in LANGUAGES] == ["right"] * 4


def test_bounds_come_from_the_formulas_and_are_stored() -> None:
    assert KIND.computed([6, 8]) == Bounds(6, 8)
    assert [KIND.computed(ends) for ends in ([8, 4], [None, 4], None)] == [None] * 3
    assert KIND.encode([6, 8]) == {"min": 6, "max": 8}
    assert KIND.encode([8, 4]) is None
    assert [KIND.encode(value) for value in (9, Fraction(13, 2))] == [9, "13/2"]
    for value in (Bounds(6, 8), 9, Fraction(13, 2), None):
        assert KIND.decode(KIND.encode(value)) == value
    assert restore("between", {"part": "p", **KIND.options()}) == KIND


def test_bounds_are_shown_as_mathematics() -> None:
    assert KIND.show(Bounds(6, 8), "he") == r"$6 \le L \le 8$"
    assert KIND.show(Bounds(6, 6), "en") == "$L = 6$"
    assert KIND.show(Bounds(9999, 12345), "da") == r"$9999 \le L \le 12\,345$"
    assert KIND.show(9, "ru") == "$9$"
    assert KIND.write(Bounds(6, 8), "en") == "6"


def test_the_oracle_lists_all_that_hold() -> None:
    assert KIND.agrees([6, 8], [6, 7, 8])
    assert KIND.agrees([8, 4], [])
    assert KIND.agrees([None, 4], [])
    for measured in ([6, 7], [5, 6, 7, 8], [6, 7, 8, 9], [6, 8], []):
        assert not KIND.agrees([6, 8], measured)
    assert not KIND.agrees([8, 4], [5])


@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ([6, 8], [4, 8], 4), ([6, 8], [6, 9], 9), ([6, 8], [4, 9], 4), ([6, 8], [9, 12], 9),
        ([6, 8], [7, 9], 9), ([6, 8], [9, 8], None), ([6, 8], [None, 8], None),
        ([8, 4], [4, 4], 4), ([8, 4], [8, 9], 9), ([8, 4], [9, 4], None), ([None, 4], [2, 4], 2),
        ([6, 8], [7, 8], Bounds(6, 8)), ([6, 8], [6, 7], Bounds(6, 8)), ([6, 8], [6, 8], Bounds(6, 8)),
    ],
)  # fmt: skip
def test_a_misconception_shows_where_it_moved_an_end(right: list[Any], wrong: list[Any], named: Any) -> None:
    """The last three lead to right answers only: they do not show."""
    assert KIND.mistaken(right, wrong) == named


def test_nothing_follows_from_such_an_answer() -> None:
    assert not KIND.substantial(9, Bounds(6, 8))


def test_a_solution_ends_in_the_bounds() -> None:
    assert KIND.ends({"min": 6, "max": 8}, [2, 6, 3620, 8, True])
    assert not KIND.ends({"min": 6, "max": 8}, [2, 6, 3620, True])
    assert KIND.ends(None, [8, 4, False])
    assert not KIND.ends(None, [8, 4, True])
    assert not KIND.ends(None, [8, 0])


# --- review/design --------------------------------------------------------------------------------


def answers(**given: Any) -> dict[str, Any]:
    return solve("review/design", {"input": [20, 64, 64], "field": 13, "budget": 30000, **given})["answers"]


@pytest.mark.parametrize(
    ("given", "fewest", "most", "feasible"),
    [
        ({}, 6, 8, True),
        ({"field": 14}, 7, 8, True),
        ({"field": 17}, 8, 8, True),
        ({"field": 18}, 9, 8, False),
        ({"budget": 8 * 3620}, 6, 8, True),
        ({"budget": 8 * 3620 - 1}, 6, 7, True),
        ({"budget": 0}, 6, 0, False),
        ({"budget": 3619}, 6, 0, False),
        ({"field": 1, "budget": 0}, 0, 0, True),
        ({"field": 2, "budget": 3620}, 1, 1, True),
        ({"field": 500}, 250, 8, False),
        ({"kernel": 4}, 4, 4, True),
        ({"kernel": 1}, None, 71, False),
        ({"kernel": 1, "field": 1, "budget": 0}, 0, 0, True),
        ({"kernel": 1, "bias": False}, None, 75, False),
        ({"field": 10**18, "budget": 10**18, "input": [10**9, 1, 1]}, 5 * 10**17, 0, False),
    ],
)
def test_designs(given: dict[str, Any], fewest: int | None, most: int, feasible: bool) -> None:
    assert answers(**given) == {"min_layers": fewest, "max_layers": most, "feasible": feasible}


@pytest.mark.parametrize("given", [{"kernel": 1}, {"kernel": 1, "field": 1}, {"field": 1, "budget": 0}, {"kernel": 2}])
def test_edges_are_measured(given: dict[str, Any]) -> None:
    solved = DESIGN.solve({"input": [5, 9, 9], "field": 4, "budget": 900, **given})
    measured = DESIGN.measured(solved.given)
    for part in DESIGN.parts:
        assert part.kind.agrees(solved.answers[part.name], measured[part.name]), part.name


@pytest.mark.parametrize(
    "given",
    [
        {"field": 0}, {"field": 2.5}, {"budget": -1}, {"budget": "many"}, {"kernel": 0}, {"kernel": [3, 3]}, {"bias": 1},
        {"input": [20, 64]}, {"input": [0, 64, 64]}, {"input": 20}, {"layers": 3},
    ],
)  # fmt: skip
def test_nonsense_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        answers(**given)


def test_a_question_asks_one_part_and_offers_no_choices() -> None:
    variant = next(DESIGN.walk(2, b"k"))
    question, key = ask(DESIGN, variant, "en", choices=4, draws=Draws(b"k"))
    [part] = question.parts
    assert (part.part, part.kind, part.choices) == ("layers", "between", ())
    assert choose(DESIGN, variant, variant.parts[0], 4, Draws(b"k")) == []
    low, high = (variant.solved.answers[name] for name in ("min_layers", "max_layers"))
    assert key.answers == {"layers": {"min": low, "max": high} if low <= high else None}


@pytest.mark.parametrize("level", DESIGN.levels)
def test_no_answer_can_be_guessed(level: int) -> None:
    """At most three numbers are right, and "does not exist" is right in under a third."""
    walk = DESIGN.walk(level, b"k")
    keys = [KIND.computed(next(walk).solved.answers["layers"]) for _ in range(120)]
    assert all(key is None or key.most - key.least <= 2 for key in keys)
    assert keys.count(None) <= 45
    assert bool(keys.count(None)) == (level > 1)


def test_an_answer_is_no_json_of_something_else() -> None:
    assert isinstance(KIND.parse('{"min": 1, "max": 2, "min": 3}', "en"), Invalid)
