"""Slips: what can go wrong on the way to an answer, alone and together, and where it leads.

A slip is a misconception, by its name, or a number of the given misread: taken for another one that
is printed, or misread by a little. Distractors are the answers of a student who makes one slip or
several.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, pairwise
from typing import Any

from question_bank.family import Family, Part, Posed

NO_VALUE: Any = object()
_MOST_ENTRIES = 9
_NEAR = 2  # a number is taken for one that is near, or within a fifth; others are told by their size


@dataclass(frozen=True, slots=True)
class Misreading:
    """Numbers of the given taken for others: the leaf, the place in it if it is an array, what was read."""

    changes: tuple[tuple[int, tuple[int, ...], int], ...]

    def apply(self, leaves: list[Any]) -> None:
        """Change the leaves."""
        for leaf, path, number in self.changes:
            leaves[leaf] = _changed(leaves[leaf], path, number)

    def touches(self, other: "Misreading") -> bool:
        """Whether both change the same number."""
        places = {change[:2] for change in self.changes}
        return any(change[:2] in places for change in other.changes)


Slip = str | Misreading


class Slips:
    """The slips in one part of a variant.

    `mistakes` are the misconceptions that tell apart in the variant. `mixups` take a number for
    another one of the given: their answers have no number in them that the question has not.
    `misreadings` change a number, the least first.
    """

    def __init__(self, family: Family, variant: Posed, part: Part) -> None:
        solved = variant.solved
        self.kind = family.kind(part, solved.line)
        self.key = self.kind.computed(solved.answers[part.name])
        self.mistakes = variant.misconceptions[part.name]
        self.mixups = _mixups(solved.leaves)
        self.misreadings = _misreadings(solved.leaves)
        self._part = part.name
        self._line = solved.line
        self._leaves = solved.leaves
        self._rivals = {
            name: {other for step in solved.line.steps if name in step.rivals for other in step.rivals}
            for name in solved.line.misconceptions
        }
        self._values: dict[frozenset[Slip], Any] = {frozenset((name,)): value for name, value in self.mistakes.items()}

    def value(self, slips: Iterable[Slip]) -> Any:
        """The answer of a student who makes these slips; NO_VALUE where they lead to none."""
        made = frozenset(slips)
        if made not in self._values:
            leaves = list(self._leaves)
            for slip in made:
                if isinstance(slip, Misreading):
                    slip.apply(leaves)
            answers = self._line.under((slip for slip in made if isinstance(slip, str)), leaves)
            self._values[made] = NO_VALUE if answers is None else self.kind.computed(answers[self._part])
        return self._values[made]

    def exclude(self, slip: Slip, other: Slip) -> bool:
        """Whether two slips cannot both be made: one number misread twice, two formulas in one place."""
        if isinstance(slip, str):
            return slip == other or other in self._rivals[slip]
        return isinstance(other, Misreading) and slip.touches(other)

    def combined(self) -> Iterator[Any]:
        """The answers of students who make several slips, or misread; in a fixed order, nearest first."""
        names = self._line.misconceptions
        misread = (*self.misreadings, *self.mixups)
        yield from map(self.value, combinations(names, 2))
        yield from (self.value((slip,)) for slip in misread)
        yield from (self.value((name, slip)) for name in names for slip in misread)
        yield from (self.value(pair) for pair in combinations(misread, 2) if not pair[0].touches(pair[1]))


def _mixups(leaves: Sequence[Any]) -> list[Misreading]:
    numbers = [(leaf, value) for leaf, value in enumerate(leaves) if type(value) is int]
    found = [
        Misreading(((leaf, (), other),))
        for leaf, value in numbers
        for _, other in numbers
        if value != other and abs(value - other) <= max(_NEAR, value // 5)
    ]
    for leaf, value in enumerate(leaves):
        paths = _paths(value)
        for path, beside in pairwise(paths):
            first, second = _entry(value, path), _entry(value, beside)
            if first != second:
                found.append(Misreading(((leaf, path, second), (leaf, beside, first))))
    return list(dict.fromkeys(found))


def _misreadings(leaves: Sequence[Any]) -> list[Misreading]:
    found = []
    for leaf, value in enumerate(leaves):
        for path in _paths(value):
            number = _entry(value, path)
            # a real answer does not change beyond its tolerance by 1 in 400
            for size in sorted({1, 2, 3, abs(number) // 10, abs(number) // 5} - {0}):
                steps = (size, -size) if path or number > size else (size,)  # a size stays one
                found += [(size, Misreading(((leaf, path, number + step),))) for step in steps]
    return [misreading for _, misreading in sorted(found, key=lambda pair: pair[0])]


def _entry(value: Any, path: tuple[int, ...]) -> int:
    for place in path:
        value = value[place]
    return int(value)


def _paths(value: Any) -> list[tuple[int, ...]]:
    """Where in a leaf an integer stands: the leaf itself, or the first entries of an array."""
    if type(value) is int:
        return [()]
    if not isinstance(value, list):
        return []
    entries = ((place, *path) for place, inner in enumerate(value) for path in _paths(inner))
    return list(islice(entries, _MOST_ENTRIES))


def _changed(value: Any, path: tuple[int, ...], number: int) -> Any:
    if not path:
        return number
    return [_changed(entry, path[1:], number) if place == path[0] else entry for place, entry in enumerate(value)]
