"""Domains, permutations, draws."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from question_bank.keyed import Draws, Permutation
from question_bank.space import Among, Either, Grid, Range, Record, Row, to_json

plain = st.one_of(
    st.tuples(st.integers(-5, 5), st.integers(0, 6), st.integers(1, 3)).map(lambda t: Range(t[0], t[0] + t[1], t[2])),
    st.lists(
        st.sampled_from(["relu", "tanh", 3, 5, True, None, Fraction(3, 10)]), min_size=1, max_size=4, unique_by=str
    ).map(lambda values: Among(*values)),
)


def bigger(inner):
    return st.one_of(
        st.tuples(inner, st.lists(st.integers(1, 2), min_size=1, max_size=2)).map(lambda t: Grid(t[0], *t[1])),
        st.dictionaries(st.sampled_from("abc"), inner, min_size=1, max_size=3).map(lambda fields: Record(**fields)),
        st.lists(inner, min_size=1, max_size=3).map(lambda places: Row(*places)),
    )


domains = st.recursive(plain, bigger, max_leaves=6)


@settings(deadline=None)
@given(domains, st.integers(0, 10**30))
def test_index_and_value_belong_together(domain, number) -> None:
    index = number % domain.size
    assert domain.index(domain.at(index)) == index


@settings(deadline=None)
@given(domains)
def test_sizes_are_exact(domain) -> None:
    if domain.size <= 500:
        values = {repr(domain.at(index)) for index in range(domain.size)}
        assert len(values) == domain.size
    for outside in (-1, domain.size):
        with pytest.raises(IndexError):
            domain.at(outside)


def test_a_large_array_costs_nothing() -> None:
    grid = Grid(Range(-3, 3), 12, 12)
    assert grid.size == 7**144
    index = 7**144 - 12345
    assert grid.index(grid.at(index)) == index


def test_either_joins_domains() -> None:
    domain = Either(Record(k=Range(1, 3)), Record(k=Range(1, 3), s=Range(2, 3)))
    assert domain.size == 9
    assert domain.index({"k": 2, "s": 3}) == 3 + 3
    assert domain.at(0) == {"k": 1}


@pytest.mark.parametrize(
    ("domain", "value"),
    [
        (Range(1, 9, 2), 4),
        (Range(1, 9), True),
        (Range(1, 9), 3.0),
        (Range(1, 9), 10),
        (Among(1, 2), True),
        (Grid(Range(0, 1), 2), [0]),
        (Grid(Range(0, 1), 2), 0),
        (Record(a=Range(0, 1)), {"a": 0, "b": 0}),
        (Record(a=Range(0, 1)), 3),
        (Row(Range(0, 1)), [0, 0]),
        (Either(Range(0, 1)), 2),
    ],
)
def test_strangers_have_no_index(domain, value) -> None:
    with pytest.raises(ValueError, match="is not|does not"):
        domain.index(value)


@given(st.integers(1, 2000), st.binary(min_size=1, max_size=64))
@settings(max_examples=40, deadline=None)
def test_a_permutation_is_one(size, key) -> None:
    order = Permutation(size, key)
    assert sorted(order.at(position) for position in range(size)) == list(range(size))


@pytest.mark.parametrize("size", [10**6, 10**18 + 9, 10**124, 7**600])
def test_permutations_of_large_spaces(size: int) -> None:
    order = Permutation(size, b"key")
    indices = [order.at(position) for position in range(200)]
    assert len(set(indices)) == 200
    assert all(0 <= index < size for index in indices)
    assert indices == [Permutation(size, b"key").at(position) for position in range(200)]
    assert indices != [Permutation(size, b"other").at(position) for position in range(200)]
    # spread over the whole space, not huddled at its beginning
    assert max(indices) > size * 9 // 10
    assert min(indices) < size // 10


def test_permutations_refuse_what_lies_outside() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Permutation(0, b"key")
    with pytest.raises(IndexError):
        Permutation(5, b"key").at(5)


def test_draws_are_fair_and_repeat() -> None:
    draws = Draws(b"key")
    counts = [0] * 6
    for _ in range(6000):
        counts[draws.below(6)] += 1
    assert sum((count - 1000) ** 2 / 1000 for count in counts) < 30
    first, again = Draws(b"a"), Draws(b"a")
    assert [first.below(100) for _ in range(50)] == [again.below(100) for _ in range(50)]
    assert Draws(b"a").shuffled(range(30)) != Draws(b"b").shuffled(range(30))


def test_shuffling_gives_every_order() -> None:
    draws = Draws(b"key")
    assert len({tuple(draws.shuffled("abcd")) for _ in range(1000)}) == math.factorial(4)


def test_draws_ignore_the_global_random_state() -> None:
    import random

    random.seed(1)
    before = random.getstate()
    Draws(b"key").shuffled(range(100))
    assert random.getstate() == before


def test_fractions_become_the_decimals_they_were() -> None:
    assert to_json({"a": [Fraction(3, 10), (1, "x")], "b": True}) == {"a": [0.3, [1, "x"]], "b": True}
