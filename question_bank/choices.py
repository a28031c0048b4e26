"""Lists of choices: the answer among misconceptions and fillers, in a drawn order.

Every distractor is a misconception of the variant where there are enough of them. Fillers, two
misconceptions composed or the key with one number of the given moved by one, complete the
list; they carry no diagnosis. For answers with an order the rank of the key among the choices is
drawn first, each rank as likely as the others, and the distractors are taken to fit: "never the
largest" tells nothing. The place of the key is uniform too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from question_bank.answers import Kind
from question_bank.errors import UsageError
from question_bank.family import Family, Part, Variant
from question_bank.keyed import Draws

OWN_CHOICES = frozenset({"yes_no", "choice", "multiple_choice", "order", "record"})


@dataclass(frozen=True, slots=True)
class Option:
    """A value that is offered; `misconception` is empty for the key and for fillers."""

    value: Any
    right: bool = False
    misconception: str = ""


def choose(family: Family, variant: Variant, part: Part, count: int, draws: Draws) -> list[Option]:
    """The choices of one part, in the order in which they are printed.

    Kinds that are choices by nature (yes or no, an order) offer none.

    Raises:
        UsageError: the part has fewer distractors; the message says how many choices it can offer.
    """
    kind = family.kind(part, variant.solved.line)
    if kind.name in OWN_CHOICES:
        return []
    key = kind.computed(variant.solved.answers[part.name])
    pool = _Pool(kind, key)
    for name, value in variant.misconceptions[part.name].items():
        pool.add(Option(value, misconception=name))
    fillers = _fillers(family, variant, part)
    rank = draws.below(count) if kind.ordered and key is not None else None
    while not pool.suffices(count, rank):
        value = next(fillers, _NO_MORE)
        if value is _NO_MORE:
            break
        pool.add(Option(kind.computed(value)))
    if len(pool.options) < count - 1:
        raise UsageError(
            f"{family.id}, level {variant.level}: the part {part.name!r} can offer {len(pool.options) + 1} choices,"
            f" not {count}",
            f"Set choices = {len(pool.options) + 1} or lower, or 0 for a free answer.",
        )
    return draws.shuffled([Option(key, right=True), *pool.take(count - 1, rank, draws)])


_NO_MORE = object()


class _Pool:
    """Distractors that differ from the key and from each other."""

    def __init__(self, kind: Kind, key: Any) -> None:
        self._kind = kind
        self._key = key
        self.options: list[Option] = []
        self._below: list[Option] = []
        self._above: list[Option] = []

    def add(self, option: Option) -> None:
        """Take a distractor in, unless it gives itself away or is there already."""
        kind, key, value = self._kind, self._key, option.value
        if not kind.plausible(value, key) or kind.alike(key, value):
            return
        if any(kind.alike(other.value, value) for other in self.options):
            return
        self.options.append(option)
        if kind.ordered and key is not None and value is not None:
            (self._below if value < key else self._above).append(option)

    def suffices(self, count: int, rank: int | None) -> bool:
        """Whether the list can be filled so that the key has this rank."""
        if rank is None:
            return len(self.options) >= count - 1
        return len(self._below) >= rank and len(self._above) >= count - 1 - rank

    def take(self, count: int, rank: int | None, draws: Draws) -> list[Option]:
        """So many distractors, misconceptions first, `rank` of them below the key if possible."""
        if rank is None:
            return self._some(self.options, count, draws)
        below = min(rank, len(self._below))
        above = min(count - below, len(self._above))
        below = min(count - above, len(self._below))
        chosen = self._some(self._below, below, draws) + self._some(self._above, above, draws)
        rest = [option for option in self.options if option.value is None]
        return chosen + rest[: count - len(chosen)]

    @staticmethod
    def _some(options: list[Option], count: int, draws: Draws) -> list[Option]:
        mistakes = draws.shuffled([option for option in options if option.misconception])
        fillers = [option for option in options if not option.misconception]
        return (mistakes + fillers)[:count]


def _fillers(family: Family, variant: Variant, part: Part) -> Iterator[Any]:
    """Values a slip could lead to, in a fixed order, nearest first."""
    solved = variant.solved
    line, leaves = solved.line, solved.leaves
    for pair in combinations(line.misconceptions, 2):
        answers = line.under(pair, leaves)
        if answers is not None:
            yield answers[part.name]
    moves = [(place, step) for step in (1, -1, 2, -2, 3, -3) for place, leaf in enumerate(leaves) if type(leaf) is int]
    moved: list[list[Any]] = []
    for place, step in moves:
        other = list(leaves)
        other[place] += step
        moved.append(other)
    for names in ((), *((name,) for name in line.misconceptions)):
        for other in moved:
            answers = line.under(names, other)
            if answers is not None:
                yield answers[part.name]
    for (first, one), (second, two) in combinations(moves, 2):
        if first != second:
            other = list(leaves)
            other[first] += one
            other[second] += two
            answers = line.under((), other)
            if answers is not None:
                yield answers[part.name]
