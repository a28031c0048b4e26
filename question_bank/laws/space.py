"""Laws of the spaces that variants are drawn from."""

import json
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice, pairwise
from statistics import median

from question_bank.effort import effort
from question_bank.errors import SupplyError
from question_bank.family import Variant
from question_bank.keyed import Permutation
from question_bank.laws.sample import KEY, Sample, accepted, named
from question_bank.space import to_json

FEWEST_VARIANTS = 100
LEAST_ACCEPTED = 0.1


def variants_are_distinct(sample: Sample) -> Iterator[str]:
    """No two indices of a level mean the same question."""
    seen: dict[str, Variant] = {}
    for variant in sample.variants:
        text = f"{variant.level} {json.dumps(to_json(variant.raw), sort_keys=True)}"
        if text in seen:
            yield f"{named(variant)} repeats {named(seen[text])}: {text}"
        seen[text] = variant


def indices_come_back(sample: Sample) -> Iterator[str]:
    """The index of a variant's given is its index."""
    for variant in sample.variants:
        space = sample.family.levels[variant.level].space
        if space.index(variant.raw) != variant.index:
            yield f"{named(variant)}: its given has the index {space.index(variant.raw)}"


def a_tenth_is_accepted(sample: Sample) -> Iterator[str]:
    """At least a tenth of each level's space is accepted, so that a walk is short."""
    family = sample.family
    for level, declared in family.levels.items():
        size = declared.space.size
        looked = min(size, 400)
        order = Permutation(size, KEY)
        count = sum(1 for _ in accepted(family, level, (order.at(place) for place in range(looked))))
        if count < LEAST_ACCEPTED * looked:
            yield f"level {level}: {count} of {looked} points are accepted"


def supply_is_declared(sample: Sample) -> Iterator[str]:
    """A level with fewer than 100 variants says why."""
    family = sample.family
    for level, declared in family.levels.items():
        size = declared.space.size
        if size > 100 * FEWEST_VARIANTS or family.few_variants:
            continue
        count = sum(1 for _ in accepted(family, level, range(size)))
        if count < FEWEST_VARIANTS:
            yield f"level {level} has {count} variants and the family does not say why (few_variants)"


def levels_rise(sample: Sample) -> Iterator[str]:
    """A level is a band of effort: the middle of 100 variants asks for no less than that of the level below.

    It draws them itself: the middle of a small sample says more of the sample than of the level.
    """
    family = sample.family
    middles = []
    for level in family.levels:
        efforts: list[int] = []
        with suppress(SupplyError):
            efforts.extend(effort(variant.solved) for variant in islice(family.walk(level, KEY), FEWEST_VARIANTS))
        middles += [(level, median(efforts))] if efforts else []
    for (lower, less), (level, more) in pairwise(middles):
        if more < less:
            yield f"level {level} asks for an effort of {more:g}, level {lower} for {less:g}"
