"""The supply of an exam: who gets which variant, from one key.

Everything depends on a master key, the student's id, and the order in which the students come.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import islice
from typing import Any

from question_bank import registry
from question_bank.effort import effort
from question_bank.errors import Refused, SupplyError
from question_bank.exam.blueprint import Slot
from question_bank.exam.sitting import Sitting
from question_bank.family import FEWEST_MISCONCEPTIONS, MOST_REFUSALS, Family, Posed
from question_bank.keyed import Draws

_LOOKED_AT = 50


def stream(master: bytes, *names: object) -> bytes:
    """The key of one of the exam's draws."""
    message = "\x1f".join(map(str, names)).encode()
    return hashlib.blake2b(message, key=master).digest()


def alternatives(slot: Slot) -> Sequence[tuple[str, ...]]:
    """What a student may get from a slot: each family of a pool, or all families of a group."""
    return [slot.families] if slot.draws_from == "together" else [(family,) for family in slot.families]


def pooled(slot: Slot, key: bytes) -> Sequence[tuple[str, ...]]:
    """The alternatives of a slot in the order in which one student gets them."""
    listed = alternatives(slot)
    return listed if len(listed) == 1 else Draws(key).shuffled(listed)


def asking(slot: Slot, families: Sequence[str]) -> list[Family]:
    """The family of each question about one instance; one family asks them all where a slot has steps."""
    return [registry.get(families[place % len(families)]) for place in range(slot.group)]


Group = tuple[Posed, ...]
"""What is asked about one instance: a single question, or one for each family of a group."""


def efforts(group: Group) -> int:
    """The effort of all that is asked about one instance."""
    return sum(effort(posed.solved) for posed in group)


@dataclass(frozen=True, slots=True)
class Band:
    """The efforts that a slot may ask for."""

    least: Fraction
    most: Fraction

    def holds(self, group: Group) -> bool:
        """Whether a group lies in it."""
        return self.least <= efforts(group) <= self.most


@dataclass
class Walk:
    """The variants of one level of a family, given out one after another over all its slots.

    Where several families are asked together, the first draws and the others take what they can.
    `given_out` holds the instances of each family that any walk gave out; what another took is given
    out again only where a slot repeats. `sitting` says which instances come first, and whether others
    may come after them is what `beyond` says; where it is None all are alike.
    """

    families: tuple[Family, ...]
    level: int
    key: bytes
    given_out: tuple[set[str], ...]
    band: Band | None = None
    sitting: Sitting | None = None
    beyond: bool = False
    drawn: list[Group] = field(default_factory=list)
    fresh: int = 0
    _given: int = 0
    _more: Iterator[Group] | None = None

    def next(self, *, repeat: bool) -> Group | None:
        """The next group; from the beginning again when all were given and `repeat` is set."""
        if self._more is None:
            self._more = self._within()
        with suppress(SupplyError):
            for group in self._more:
                self.drawn.append(group)
                instance = repr(group[0].raw)
                if not any(instance in taken for taken in self.given_out):
                    for taken in self.given_out:
                        taken.add(instance)
                    self.fresh += 1
                    return group
        if not repeat or not self.drawn:
            return None
        group = self.drawn[self._given % len(self.drawn)]
        self._given += 1
        return group

    def groups(self) -> Iterator[Group]:
        """Every group of the level in the order of the key; it ends where 1,000 in a row cannot be asked."""
        first, *others = self.families
        for wanted in self._wanted():
            refused = 0
            for variant in first.walk(self.level, self.key, wanted):
                try:
                    yield (variant, *(other.pose(variant.raw, FEWEST_MISCONCEPTIONS) for other in others))
                    refused = 0
                except Refused:
                    refused += 1
                    if refused == MOST_REFUSALS:
                        break

    def _wanted(self) -> Iterator[Callable[[Any], bool] | None]:
        """Which instances come, and which after them."""
        if self.sitting is None:
            yield None
            return
        owns = self.sitting.owns
        yield owns
        if self.beyond:
            yield lambda raw: not owns(raw)

    def _within(self) -> Iterator[Group]:
        """The groups in the band; it ends where 1,000 in a row lie outside."""
        outside = 0
        for group in self.groups():
            if self.band is None or self.band.holds(group):
                outside = 0
                yield group
                continue
            outside += 1
            if outside == MOST_REFUSALS:
                return


class Supply:
    """The variants of a sitting of an exam: a walk for each family or group, level and band of effort."""

    def __init__(self, master: bytes, sitting: Sitting) -> None:
        self.master = master
        self.sitting = sitting
        self._walks: dict[tuple[tuple[str, ...], int, Band | None, bool], Walk] = {}
        self._given_out: dict[str, set[str]] = {}  # for each family: levels may overlap
        self._bands: dict[int, Band | None] = {}
        self._fixed: dict[int, Group] = {}

    def fixed(self, slot: Slot) -> Group:
        """What a slot asks that draws nothing.

        Raises:
            Refused: a given makes no sense to its family.
        """
        if id(slot) not in self._fixed:
            families = asking(slot, slot.families)
            posed = (family.pose(given) for family, given in zip(families, slot.givens, strict=True))
            self._fixed[id(slot)] = tuple(posed)
        return self._fixed[id(slot)]

    def walk(self, slot: Slot, families: tuple[str, ...]) -> Walk:
        """The walk that a slot takes the variants of a family, or of a group, from."""
        band = self._band(slot)
        beyond = self.sitting.first or slot.repeat
        place = (families, slot.level, band, beyond)
        if place not in self._walks:
            self._walks[place] = replace(
                self._walk(slot, families),
                given_out=tuple(self._given_out.setdefault(family, set()) for family in families),
                band=band,
                sitting=self.sitting,
                beyond=beyond,
            )
        return self._walks[place]

    def _walk(self, slot: Slot, families: tuple[str, ...]) -> Walk:
        key = stream(self.master, "walk", "+".join(families), slot.level)
        return Walk(tuple(map(registry.get, families)), slot.level, key, ())

    def _band(self, slot: Slot) -> Band | None:
        """A band around the middle effort of the slot, as wide as it allows; the same for every sitting's share."""
        if slot.effort_spread is None:
            return None
        if id(slot) not in self._bands:
            found: list[int] = []
            for families in alternatives(slot):
                with suppress(SupplyError):
                    found.extend(map(efforts, islice(self._walk(slot, families).groups(), _LOOKED_AT)))
            middle = sorted(found)[len(found) // 2] if found else 0
            half = slot.effort_spread / 2
            self._bands[id(slot)] = Band(middle * (1 - half), middle * (1 + half))
        return self._bands[id(slot)]
