"""One variant: its values and key, its text; and the steps that they are made of."""

from collections.abc import Iterator
from itertools import cycle

import pytest

from question_bank import registry
from question_bank.family import Family, Variant
from question_bank.keyed import Draws, Permutation
from question_bank.question import ask

KEY = b"benchmarks"
LEVEL = 3


def accepted(family: Family) -> list[int]:
    """Indices of a hundred variants; fewer where there are fewer."""
    walk = family.walk(LEVEL, KEY)
    return [variant.index for variant, _ in zip(walk, range(100), strict=False)]


def variants(family: Family) -> Iterator[Variant]:
    """The same variants again and again."""
    drawn = [family.draw(LEVEL, index) for index in accepted(family)]
    return cycle([variant for variant in drawn if isinstance(variant, Variant)])


@pytest.mark.parametrize("family_id", registry.ids())
def test_values_and_key(benchmark, family_id: str) -> None:
    family = registry.get(family_id)
    indices = cycle(accepted(family))
    benchmark(lambda: family.solve(family.levels[LEVEL].space.at(next(indices))))


@pytest.mark.parametrize("family_id", registry.ids())
def test_values_key_and_misconceptions(benchmark, family_id: str) -> None:
    family = registry.get(family_id)
    indices = cycle(accepted(family))
    benchmark(lambda: family.draw(LEVEL, next(indices)))


@pytest.mark.parametrize("family_id", registry.ids())
def test_question_and_worked_solution(benchmark, family_id: str) -> None:
    family = registry.get(family_id)
    some = variants(family)
    benchmark(lambda: ask(family, next(some), "he"))


@pytest.mark.parametrize("family_id", [name for name in registry.ids() if not name.endswith("/derivation")])
def test_four_choices(benchmark, family_id: str) -> None:
    family = registry.get(family_id)
    some, draws = variants(family), Draws(KEY)
    benchmark(lambda: ask(family, next(some), "ru", choices=4, draws=draws))


@pytest.mark.parametrize("family_id", registry.ids())
def test_exact_formulas(benchmark, family_id: str) -> None:
    """All steps of a derivation, as a compiled program on exact numbers."""
    family = registry.get(family_id)
    variant = next(variants(family))
    benchmark(variant.solved.line.values, variant.solved.leaves)


@pytest.mark.parametrize("family_id", registry.ids())
def test_measure(benchmark, family_id: str) -> None:
    family = registry.get(family_id)
    some = variants(family)
    benchmark(lambda: family.measure(next(some).solved.given))


def test_index_of_a_large_space(benchmark) -> None:
    places = cycle(range(1000))
    order = Permutation(10**124, KEY)
    benchmark(lambda: order.at(next(places)))
