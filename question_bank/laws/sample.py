"""What a law looks at: variants of a family, with their questions and keys."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from question_bank.errors import BankError, SupplyError, UsageError
from question_bank.family import Family, Variant
from question_bank.keyed import Permutation
from question_bank.question import Key, Question, ask

KEY = b"the laws of the bank"
LARGEST_EXHAUSTED = 1_000_000


@dataclass
class Sample:
    """Variants of a family, in the order of a fixed key."""

    family: Family
    variants: list[Variant]
    seconds: float
    _asked: dict[tuple[int, str], tuple[Question, Key]] = field(default_factory=dict)

    def asked(self, variant: Variant, language: str) -> tuple[Question, Key]:
        """The variant in a language.

        Raises:
            BankError: the family or its texts are broken.
        """
        key = (id(variant), language)
        if key not in self._asked:
            try:
                self._asked[key] = ask(self.family, variant, language)
            except Exception as error:
                raise self.family.fault(error, f"{named(variant)} ({language})") from error
        return self._asked[key]

    def few(self, count: int) -> list[Variant]:
        """Some of the variants, from all levels."""
        step = max(1, len(self.variants) // count)
        return self.variants[::step]


def named(variant: Variant) -> str:
    """How a breach names a variant."""
    return f"level {variant.level}, index {variant.index}"


def take(family: Family, variants: int, *, exhaustive: bool = False) -> Sample:
    """Draw a sample: `variants` in all, shared out over the levels, or every one there is.

    Raises:
        UsageError: a level is too large to be exhausted.
        BankError: the family is broken, or 1,000 of its variants in a row were refused.
    """
    large = [level for level, declared in family.levels.items() if declared.space.size > LARGEST_EXHAUSTED]
    if exhaustive and large:
        raise UsageError(
            f"{family.id}, level {large[0]} has over {LARGEST_EXHAUSTED:,} points, too many to look at each",
            "Leave --exhaustive out; --variants says how many to draw.",
        )
    begun = time.perf_counter()
    share = -(-variants // len(family.levels))
    drawn: list[Variant] = []
    for level in family.levels:
        try:
            drawn += _every(family, level) if exhaustive else islice(family.walk(level, KEY), share)
        except SupplyError as error:
            raise BankError(error.message) from None
    return Sample(family, drawn, time.perf_counter() - begun)


def _every(family: Family, level: int) -> Iterator[Variant]:
    """All accepted variants of a level; every index is looked at, however many in a row are refused."""
    size = family.levels[level].space.size
    order = Permutation(size, KEY)
    return accepted(family, level, (order.at(place) for place in range(size)))


def accepted(family: Family, level: int, indices: Iterable[int]) -> Iterator[Variant]:
    """The variants among some indices of a level."""
    for index in indices:
        drawn = family.draw(level, index)
        if isinstance(drawn, Variant):
            yield drawn
