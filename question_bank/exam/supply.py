"""The supply of an exam: who gets which variant, from one key.

Everything depends on a master key, the student's id, and the order in which the students come.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice

from question_bank import registry
from question_bank.effort import effort
from question_bank.errors import SupplyError
from question_bank.exam.blueprint import Slot
from question_bank.family import MOST_REFUSALS, Family, Variant
from question_bank.keyed import Draws

_LOOKED_AT = 50


def stream(master: bytes, *names: object) -> bytes:
    """The key of one of the exam's draws."""
    message = "\x1f".join(map(str, names)).encode()
    return hashlib.blake2b(message, key=master).digest()


def pooled(slot: Slot, key: bytes) -> Sequence[str]:
    """The families of a slot in the order in which one student gets them."""
    return slot.families if len(slot.families) == 1 else Draws(key).shuffled(slot.families)


@dataclass(frozen=True, slots=True)
class Band:
    """The efforts that the questions of a slot may ask."""

    least: Fraction
    most: Fraction

    def holds(self, variant: Variant) -> bool:
        """Whether a variant lies in it."""
        return self.least <= effort(variant.solved) <= self.most


@dataclass
class Walk:
    """The variants of one family and level, given out one after another over all its slots.

    `given_out` holds the instances of the family that any walk gave out; what another took is given
    out again only where a slot repeats.
    """

    family: Family
    level: int
    key: bytes
    given_out: set[str]
    band: Band | None = None
    drawn: list[Variant] = field(default_factory=list)
    fresh: int = 0
    _given: int = 0
    _more: Iterator[Variant] | None = None

    def next(self, *, repeat: bool) -> Variant | None:
        """The next variant; from the beginning again when all were given and `repeat` is set."""
        if self._more is None:
            self._more = self._within()
        with suppress(SupplyError):
            for variant in self._more:
                self.drawn.append(variant)
                instance = repr(variant.raw)
                if instance not in self.given_out:
                    self.given_out.add(instance)
                    self.fresh += 1
                    return variant
        if not repeat or not self.drawn:
            return None
        variant = self.drawn[self._given % len(self.drawn)]
        self._given += 1
        return variant

    def _within(self) -> Iterator[Variant]:
        """The variants in the band; it ends where 1,000 in a row lie outside."""
        outside = 0
        for variant in self.family.walk(self.level, self.key):
            if self.band is None or self.band.holds(variant):
                outside = 0
                yield variant
                continue
            outside += 1
            if outside == MOST_REFUSALS:
                return


class Supply:
    """The variants of an exam: a walk for each family, level and band of effort."""

    def __init__(self, master: bytes) -> None:
        self._master = master
        self._walks: dict[tuple[str, int, Band | None], Walk] = {}
        self._given_out: dict[str, set[str]] = {}  # for each family: levels may overlap
        self._bands: dict[int, Band | None] = {}

    def walk(self, slot: Slot, family: str) -> Walk:
        """The walk that a slot takes a family's variants from."""
        band = self._band(slot)
        place = (family, slot.level, band)
        if place not in self._walks:
            given_out = self._given_out.setdefault(family, set())
            self._walks[place] = Walk(registry.get(family), slot.level, self._key(slot, family), given_out, band)
        return self._walks[place]

    def _key(self, slot: Slot, family: str) -> bytes:
        return stream(self._master, "walk", family, slot.level)

    def _band(self, slot: Slot) -> Band | None:
        """A band around the middle effort of the slot's families, as wide as the slot allows."""
        if slot.effort_spread is None:
            return None
        if id(slot) not in self._bands:
            efforts: list[int] = []
            for family in slot.families:
                with suppress(SupplyError):
                    some = islice(registry.get(family).walk(slot.level, self._key(slot, family)), _LOOKED_AT)
                    efforts.extend(effort(variant.solved) for variant in some)
            middle = sorted(efforts)[len(efforts) // 2] if efforts else 0
            half = slot.effort_spread / 2
            self._bands[id(slot)] = Band(middle * (1 - half), middle * (1 + half))
        return self._bands[id(slot)]
