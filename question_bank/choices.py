"""Lists of choices: the answer among the answers of students who slip, in a drawn order.

A list must not tell its answer to those who compare the choices. Where every distractor is one
slip away from the answer, the answer is the one that has most in common with the others; so the
choices lie on the corners of a cube whose edges are slips, answer and distractors alike, and each
corner taken is as likely to be the answer's. For answers with an order the rank of the answer is
drawn first, each as likely as the others: "never the largest" tells nothing either. Where no cube
fits, misconceptions and then further slips fill the list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from question_bank.errors import UsageError
from question_bank.family import Family, Part, Variant
from question_bank.keyed import Draws
from question_bank.slips import NO_VALUE, Misreading, Slip, Slips

OWN_CHOICES = frozenset({"yes_no", "choice", "multiple_choice", "order", "record"})
_CUBES = 24
_MISREADINGS = 8


@dataclass(frozen=True, slots=True)
class Option:
    """A value that is offered; `misconception` is empty for the key and where it takes several slips."""

    value: Any
    right: bool = False
    misconception: str = ""


def choose(family: Family, variant: Variant, part: Part, count: int, draws: Draws) -> list[Option]:
    """The choices of one part, in the order in which they are printed.

    Kinds that are choices by nature (yes or no, an order) offer none.

    Raises:
        UsageError: the part has fewer distractors; the message says how many choices it can offer.
    """
    if family.kind(part, variant.solved.line).name in OWN_CHOICES:
        return []
    slips = Slips(family, variant, part)
    rank = draws.below(count) if slips.kind.ordered and slips.key is not None else None
    distractors = _on_a_cube(slips, count, rank, draws) or _filled(slips, count, rank, draws)
    if len(distractors) < count - 1:
        offered = len(distractors) + 1
        raise UsageError(
            f"{family.id}, level {variant.level}: the part {part.name!r} can offer {offered} choices, not {count}",
            f"Set choices = {offered} or lower, or 0 for a free answer.",
        )
    return draws.shuffled([Option(slips.key, right=True), *distractors])


def _on_a_cube(slips: Slips, count: int, rank: int | None, draws: Draws) -> list[Option]:
    """Distractors on the corners of a cube of slips around the key; none where none was found."""
    dimension = (count - 1).bit_length()
    down, up = _by_direction(slips, draws)
    for _ in range(_CUBES):
        edges = _edges(down, up, dimension, count, rank, draws)
        corners = _corners(slips, edges)
        if corners is None:
            continue
        taken = draws.shuffled(range(2**dimension))[:count]
        # moved so that the key, corner 0, is any of those taken with the same chance
        options = [corners[corner ^ taken[0]] for corner in taken[1:]]
        if rank is None or sum(_is_below(option.value, slips.key) for option in options) == rank:
            return options
    return []


def _by_direction(slips: Slips, draws: Draws) -> tuple[list[list[Slip]], list[list[Slip]]]:
    """The slips that lead below the key and the others; of each the misconceptions, and the misreadings."""
    down: list[list[Slip]] = [[], []]
    up: list[list[Slip]] = [[], []]
    misread: list[Slip] = [*draws.shuffled(slips.misreadings)[:_MISREADINGS]]
    mistakes: list[Slip] = [*slips.mistakes]
    for place, group in enumerate((mistakes, misread)):
        for slip in group:
            value = slips.value((slip,))
            if value is not NO_VALUE and value != slips.key and slips.kind.plausible(value, slips.key):
                (down if slips.kind.ordered and _is_below(value, slips.key) else up)[place].append(slip)
    return down, up


def _is_below(value: Any, key: Any) -> bool:
    return value is not None and key is not None and bool(value < key)


def _edges(
    down: list[list[Slip]], up: list[list[Slip]], dimension: int, count: int, rank: int | None, draws: Draws
) -> list[Slip]:
    """Slips for the edges of a cube: about as many downwards as the rank asks; misconceptions are preferred."""
    edges: list[Slip] = []
    for _ in range(dimension):
        sides = [down, up] if rank is not None and draws.below(count - 1) < rank else [up, down]
        groups = [group for side in sides for group in (side if draws.below(3) else side[::-1])]
        for group in groups:
            left = [slip for slip in group if not any(_exclude(slip, edge) for edge in edges)]
            if left:
                edges.append(left[draws.below(len(left))])
                break
    return edges


def _exclude(slip: Slip, other: Slip) -> bool:
    """Whether two slips cannot be made together: the same one, or one number misread twice."""
    if isinstance(slip, Misreading) and isinstance(other, Misreading):
        return (slip.leaf, slip.path) == (other.leaf, other.path)
    return slip == other


def _corners(slips: Slips, edges: Sequence[Slip]) -> list[Option] | None:
    """The option at each corner, corner 0 the key; None where two are alike or one gives itself away."""
    corners = [Option(slips.key, right=True)]
    if not edges:
        return None
    for number in range(1, 2 ** len(edges)):
        made = [edge for place, edge in enumerate(edges) if number >> place & 1]
        value = slips.value(made)
        if value is NO_VALUE or not slips.kind.plausible(value, slips.key):
            return None
        if any(slips.kind.alike(corner.value, value) for corner in corners):
            return None
        corners.append(Option(value, misconception=_named(slips, value)))
    return corners


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
