"""Lists of choices: the answer among the answers of students who slip, in a drawn order.

A list must not tell its answer to those who compare the choices. Where every distractor is one
slip away from the answer, the answer is the one that has most in common with the others; so the
choices lie on a grid whose axes are slips, answer and distractors alike, and each cell taken is as
likely to be the answer's. For answers with an order the rank of the answer is
drawn first, each as likely as the others: "never the largest" tells nothing either. Where no grid
fits, misconceptions and then further slips fill the list. "Does not exist" is offered wherever a
misconception leads to it, lest it be there only when it is right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from question_bank.errors import UsageError
from question_bank.family import Family, Part, Posed
from question_bank.keyed import Draws
from question_bank.slips import NO_VALUE, Slip, Slips

OWN_CHOICES = frozenset({"yes_no", "choice", "multiple_choice", "order", "record", "between"})
# one grid in three has the rank that was drawn: after 12 there is hardly one to be had
_GRIDS = 12
# enough for three axes in either direction; most misreadings change the answer, so 24 are plenty to find them
_MISREADINGS = 6
_TRIED = 24
_FINE = 2**16

_Group = tuple[list[Slip], list[Slip], list[Slip]]  # misconceptions, numbers mixed up, numbers misread


@dataclass(frozen=True, slots=True)
class Option:
    """A value that is offered; `misconception` is empty for the key and where it takes several slips."""

    value: Any
    right: bool = False
    misconception: str = ""


def choose(family: Family, variant: Posed, part: Part, count: int, draws: Draws) -> list[Option]:
    """The choices of one part, in the order in which they are printed.

    Kinds that are choices by nature (yes or no, an order) offer none, nor does one with several right answers.

    Raises:
        UsageError: the part has fewer distractors; the message says how many choices it can offer.
    """
    if family.kind(part, variant.solved.line).name in OWN_CHOICES:
        return []
    slips = Slips(family, variant, part)
    to_none = "" if slips.key is None else next((name for name, value in slips.mistakes.items() if value is None), "")
    rank = draws.below(count - bool(to_none)) if slips.kind.ordered and slips.key is not None else None
    distractors = _on_a_grid(slips, count, rank, draws) or _filled(slips, count, rank, draws)
    if len(distractors) < count - 1:
        offered = len(distractors) + 1
        raise UsageError(
            f"{family.id}: the part {part.name!r} can offer {offered} choices, not {count}",
            f"Set choices = {offered} or lower, or 0 for a free answer.",
        )
    if to_none and all(option.value is not None for option in distractors):
        _offer_none(distractors, to_none, slips.key)
    return draws.shuffled([Option(slips.key, right=True), *distractors])


def _offer_none(distractors: list[Option], name: str, key: Any) -> None:
    """Put None in place of a distractor, one that is not below the key if there is any: the rank stays."""
    place = next((place for place, option in enumerate(distractors) if not _is_below(option.value, key)), -1)
    distractors[place] = Option(None, misconception=name)


def _on_a_grid(slips: Slips, count: int, rank: int | None, draws: Draws) -> list[Option]:
    """Distractors on a grid of slips around the key; none where no grid was found."""
    directions = _by_direction(slips, draws)
    for _ in range(_GRIDS):
        axes = _axes(slips, directions, count, _downwards(count, rank, draws), draws)
        cells = list(product(*(range(len(axis) + 1) for axis in axes)))
        if len(cells) < count:
            break
        first, *others = draws.some(cells, count)
        # moved so that the key, at the origin, is any of those taken with the same chance
        options = _options(slips, axes, [_moved(cell, first, axes) for cell in others])
        if options and (rank is None or sum(_is_below(option.value, slips.key) for option in options) == rank):
            return options
    return []


def _moved(cell: tuple[int, ...], first: tuple[int, ...], axes: Sequence[Sequence[Slip]]) -> list[int]:
    return [(place - origin) % (len(axis) + 1) for place, origin, axis in zip(cell, first, axes, strict=True)]


def _by_direction(slips: Slips, draws: Draws) -> tuple[_Group, _Group]:
    """The slips that lead below the key, and the others."""
    down: _Group = ([], [], [])
    up: _Group = ([], [], [])

    def sort_in(slip: Slip, place: int) -> None:
        value = slips.value((slip,))
        if value is not NO_VALUE and not slips.kind.alike(value, slips.key) and slips.kind.plausible(value, slips.key):
            (down if slips.kind.ordered and _is_below(value, slips.key) else up)[place].append(slip)

    for name in slips.mistakes:
        sort_in(name, 0)
    for place, misread in ((1, slips.mixups), (2, slips.misreadings)):
        for slip in draws.some(misread, _TRIED):
            if len(down[place]) + len(up[place]) == _MISREADINGS:
                break
            sort_in(slip, place)
    return down, up


def _is_below(value: Any, key: Any) -> bool:
    return value is not None and key is not None and bool(value < key)


def _downwards(count: int, rank: int | None, draws: Draws) -> list[bool]:
    """Whether each axis shall lead downwards; so many that the key is likely to get its rank."""
    dimension = (count - 1).bit_length()
    # of the distractors a share of rank / (count - 1) lies below, so the same share of the axes leads down;
    # rounded at random between its neighbours, for the corners of an axis need not all lie to one side
    rounding = (1 + 2 * draws.below(_FINE) / _FINE) / 4
    down = int((rank or 0) * dimension / (count - 1) + rounding)
    return draws.shuffled([number < down for number in range(dimension)])


def _axes(
    slips: Slips, directions: tuple[_Group, _Group], count: int, downwards: Sequence[bool], draws: Draws
) -> list[list[Slip]]:
    """Slips for a grid of at least `count` cells, in these directions if possible; misconceptions are preferred.

    Slips on different axes can be made together. An axis has one slip, more only where no other axis
    is left; these exclude each other.
    """
    down, up = directions
    axes: list[list[Slip]] = []
    while prod(len(axis) + 1 for axis in axes) < count:
        groups = (*down, *up) if downwards[len(axes) % len(downwards)] else (*up, *down)
        for group in groups:
            free = [slip for slip in group if not any(slips.exclude(slip, axis[0]) for axis in axes)]
            if free:
                axes.append([free[draws.below(len(free))]])
                break
        else:
            joining = [(slip, axis) for group in groups for slip in group for axis in _joined(slip, axes, slips)]
            if not joining:
                break
            slip, axis = joining[draws.below(len(joining))]
            axis.append(slip)
    return axes


def _joined(slip: Slip, axes: list[list[Slip]], slips: Slips) -> list[list[Slip]]:
    """The one axis that a slip can join: all of it excludes the slip, and no other axis does."""
    excluding = [axis for axis in axes if any(slips.exclude(slip, other) for other in axis)]
    if len(excluding) != 1 or slip in excluding[0]:
        return []
    return [axis for axis in excluding if all(slips.exclude(slip, other) for other in axis)]


def _options(slips: Slips, axes: Sequence[Sequence[Slip]], cells: Sequence[Sequence[int]]) -> list[Option]:
    """The options in some cells of a grid; none where two are alike or one gives itself away."""
    kind = slips.kind
    options = []
    values = [slips.key]
    for cell in cells:
        value = slips.value([axis[place - 1] for axis, place in zip(axes, cell, strict=True) if place])
        if value is NO_VALUE or not kind.plausible(value, slips.key):
            return []
        if any(kind.alike(other, value) for other in values):
            return []
        values.append(value)
        options.append(Option(value, misconception=_named(slips, value)))
    return options


def _named(slips: Slips, value: Any) -> str:
    return next((name for name, mistaken in slips.mistakes.items() if slips.kind.same(mistaken, value)), "")


def _filled(slips: Slips, count: int, rank: int | None, draws: Draws) -> list[Option]:
    """Misconceptions, and further slips where these do not suffice; fewer than asked where there are no more."""
    options: list[Option] = []
    below = 0

    def suffices() -> bool:
        return len(options) >= count - 1 and (rank is None or rank <= below <= len(options) - (count - 1 - rank))

    def add(option: Option) -> None:
        nonlocal below
        kind = slips.kind
        if option.value is NO_VALUE or not kind.plausible(option.value, slips.key):
            return
        if not any(kind.alike(other, option.value) for other in (slips.key, *(taken.value for taken in options))):
            options.append(option)
            below += kind.ordered and _is_below(option.value, slips.key)

    for name, value in slips.mistakes.items():
        add(Option(value, misconception=name))
    for value in slips.combined():
        if suffices():
            break
        add(Option(value))
    mistakes = draws.shuffled([option for option in options if option.misconception])
    sorted_in = mistakes + [option for option in options if not option.misconception]
    if rank is None:
        return sorted_in[: count - 1]
    lower = [option for option in sorted_in if _is_below(option.value, slips.key)]
    others = [option for option in sorted_in if not _is_below(option.value, slips.key)]
    fewest = max(rank, count - 1 - len(others))  # below the key, if there are not enough above it
    return lower[:fewest] + others[: count - 1 - len(lower[:fewest])]
