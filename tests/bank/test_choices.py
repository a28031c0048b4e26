"""Lists of choices."""

import pytest

from question_bank import registry
from question_bank.choices import choose
from question_bank.errors import BankError, UsageError
from question_bank.family import Posed
from question_bank.keyed import Draws
from question_bank.question import ask
from question_bank.slips import Misreading, Slips

ORDERED = [
    (family.id, level) for family in registry.everything() for level in family.levels if family.parts[0].kind.ordered
]


def variants(family_id: str, level: int, count: int):
    walk = registry.get(family_id).walk(level, b"choices")
    return [next(walk) for _ in range(count)]


@pytest.mark.parametrize(("family_id", "level"), ORDERED)
@pytest.mark.parametrize("count", [3, 5, 8])
def test_lists_are_complete_distinct_and_hold_the_answer_once(family_id: str, level: int, count: int) -> None:
    family = registry.get(family_id)
    for number, variant in enumerate(variants(family_id, level, 12)):
        for part in variant.parts:
            kind = family.kind(part, variant.solved.line)
            options = choose(family, variant, part, count, Draws(b"%d" % number))
            assert len(options) == count
            assert [option.right for option in options].count(True) == 1
            assert not any(kind.alike(a.value, b.value) for place, a in enumerate(options) for b in options[:place])
            key = next(option.value for option in options if option.right)
            assert all(kind.plausible(option.value, key) for option in options)
            named = variant.misconceptions[part.name]
            assert all(named[option.misconception] == option.value for option in options if option.misconception)


@pytest.mark.parametrize(
    "family_id", ["convolution/parameter_count", "convolution/output_size", "initialization/variance"]
)
def test_many_distractors_are_misconceptions(family_id: str) -> None:
    """Of four choices on a square of two slips one or two are one slip away from the answer."""
    family = registry.get(family_id)
    shown = [
        bool(option.misconception)
        for number, variant in enumerate(variants(family.id, 2, 60))
        for option in choose(family, variant, family.parts[0], 4, Draws(b"%d" % number))
        if not option.right
    ]
    assert sum(shown) / len(shown) > 0.35


def test_slips_that_cannot_be_made_together() -> None:
    family = registry.get("convolution/output_size")
    variant = variants(family.id, 2, 1)[0]
    slips = Slips(family, variant, family.parts[0])
    assert slips.exclude("ceiling", "ceiling")
    assert slips.exclude("ceiling", "not_floored")  # both are said of one formula
    height, width = variant.solved.leaves[:2]
    one, other = Misreading(((0, (), height + 1),)), Misreading(((1, (), width + 1),))
    assert slips.exclude(one, Misreading(((0, (), width),)))
    assert not slips.exclude(one, other)
    assert not slips.exclude("ceiling", one)
    assert not slips.exclude(one, "ceiling")
    wider = family.solve({**variant.raw, "input": [height + 1, width + 1]})
    assert slips.value((one, other)) == wider.answers["size"]


def test_entries_of_an_array_can_be_misread_and_mixed_up() -> None:
    family = registry.get("convolution/toeplitz_2d")
    variant = next(
        variant for variant in variants(family.id, 1, 9) if variant.raw["kernel"][0][1] != variant.raw["kernel"][1][0]
    )
    slips = Slips(family, variant, family.parts[0])
    kernel = [list(row) for row in variant.raw["kernel"]]
    (_, beside), (below, _) = kernel

    def answer(kernel: list[list[int]]) -> object:
        return family.solve({**variant.raw, "kernel": kernel}).answers["matrix"]

    larger = Misreading(((0, (1, 0), below + 2),))
    assert larger in slips.misreadings
    assert slips.value((larger,)) == answer([kernel[0], [below + 2, kernel[1][1]]])
    exchanged = Misreading(((0, (0, 1), below), (0, (1, 0), beside)))
    assert exchanged in slips.mixups
    assert slips.exclude(exchanged, larger)
    assert slips.value((exchanged,)) == answer([[kernel[0][0], below], [beside, kernel[1][1]]])


def test_a_number_is_mixed_up_with_one_that_is_near() -> None:
    family = registry.get("convolution/output_size")
    variant = family.solve({"input": [40, 44], "kernel": 7, "stride": 3})
    slips = Slips(family, Posed({}, variant, family.parts, {"size": {}}), family.parts[0])
    assert set(slips.mixups) == {Misreading(((0, (), 44),)), Misreading(((1, (), 40),))}


def test_a_part_without_enough_distractors_says_how_many_it_has() -> None:
    family = registry.get("initialization/derivation")
    [variant] = [variant for variant in variants(family.id, 1, 4) if variant.raw["step"] == "half_moment"]
    with pytest.raises(UsageError) as error:
        choose(family, variant, family.parts[0], 8, Draws(b"k"))
    assert "'expression' can offer 3 choices, not 8" in error.value.message
    assert len(choose(family, variant, family.parts[0], 3, Draws(b"k"))) == 3


def test_expressions_may_be_choices() -> None:
    family = registry.get("initialization/derivation")
    variant = variants(family.id, 2, 1)[0]
    question, key = ask(family, variant, "da", choices=4, draws=Draws(b"k"))
    assert len({text for _, text in question.parts[0].choices}) == 4
    letter = key.letters["expression"]
    assert key.options["expression"][letter] == key.answers["expression"]


def test_choices_without_draws_are_a_fault_of_ours() -> None:
    family = registry.get("convolution/output_size")
    with pytest.raises(BankError, match="stream of draws"):
        ask(family, variants(family.id, 1, 1)[0], "en", choices=4)


def test_the_same_stream_gives_the_same_list() -> None:
    family = registry.get("initialization/variance")
    variant = variants(family.id, 3, 1)[0]
    lists = [choose(family, variant, variant.parts[0], 5, Draws(key)) for key in (b"a", b"a", b"b")]
    assert lists[0] == lists[1] != lists[2]


@pytest.mark.parametrize("level", [1, 3])
def test_that_none_is_offered_does_not_tell(level: int) -> None:
    """Wherever a mistake leads to "does not exist", it is a choice, right or wrong."""
    family = registry.get("convolution/same_padding")
    drawn = variants(family.id, level, 60)
    for number, variant in enumerate(drawn):
        options = choose(family, variant, family.parts[0], 4, Draws(b"%d" % number))
        assert [option.value for option in options].count(None) == 1
    right = sum(variant.solved.answers["padding"] is None for variant in drawn)
    assert 15 < right < 45
