"""A marked class as an analysis sees it: what each student earned in each item.

An item is a part of a question, or the whole question (part ""). Where a slot is a pool, one number
on the papers holds questions of several families: then each family's is an item of its own. Points are
integers here, ten-thousandths of a point, for files hold four decimals: so two students who earned
the same have the same score to the last bit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from question_bank.points import DECIMALS

UNIT: int = 10**DECIMALS
"""So many make a point."""
WHOLE = ""
"""The part of an item that is a whole question."""
KEY, FILLER = "key", "filler"
"""What may lie behind a choice, beside a misconception."""


class Item(NamedTuple):
    """A part of a question as one family asks it; `part` is empty for the whole question."""

    question: str
    family: str
    part: str


@dataclass(frozen=True, slots=True)
class Scored:
    """One part of one student: what was asked, chosen and earned.

    `points` is None where a fault of ours kept the part from being marked, `verdict` too, unless a
    correction gave points for it. `most` is 0 where a correction dropped the part.
    """

    student: str
    question: str
    part: str
    slot: int
    family: str
    language: str
    effort: int | None
    verdict: str | None
    points: int | None
    most: int
    misconception: str | None
    follows: bool
    chosen: str | None
    offered: Mapping[str, str]

    @property
    def took(self) -> str | None:
        """What lay behind the choice that was made: "key", a misconception or "filler"."""
        return None if self.chosen is None else self.offered[self.chosen]


@dataclass(frozen=True, slots=True)
class Result:
    """What one student earned in one item.

    `score` and `rest` are shares from 0 to 1 of what could be earned, here and in all other parts
    of the paper that were marked; `rest` is None where there are none.
    """

    parts: tuple[Scored, ...]
    points: int
    most: int
    rest: float | None

    @property
    def score(self) -> float:
        """The share of the points that was earned."""
        return self.points / self.most

    @property
    def first(self) -> Scored:
        """One of the parts: for what they have in common."""
        return self.parts[0]


Results = Mapping[Item, Sequence[Result]]


def counting(rows: Iterable[Scored]) -> list[Scored]:
    """The rows that count: those of parts that a correction dropped do not."""
    return [row for row in rows if row.most]


def results(rows: Sequence[Scored], *, whole: bool) -> dict[Item, list[Result]]:
    """What every student earned in every part, or in every whole question, in the order of the paper.

    A part that was not marked leaves its student out of the item it belongs to, and out of that only.

    Args:
        rows: of all students, those that count.
        whole: whole questions instead of parts.
    """
    earned: dict[str, tuple[int, int]] = {}
    grouped: dict[tuple[str, str, str, str], list[Scored]] = {}
    for row in rows:
        if row.points is not None:
            points, most = earned.get(row.student, (0, 0))
            earned[row.student] = points + row.points, most + row.most
        place = (row.student, row.question, row.family, WHOLE if whole else row.part)
        grouped.setdefault(place, []).append(row)
    found: dict[tuple[str, ...], list[Result]] = {}
    for (student, *item), parts in grouped.items():
        own = found.setdefault(tuple(item), [])
        known = [row.points for row in parts if row.points is not None]
        if len(known) == len(parts):
            points, most = sum(known), sum([row.most for row in parts])
            total, of = earned[student]
            rest = (total - points) / (of - most) if of > most else None
            own.append(Result(tuple(parts), points, most, rest))
    return {item: found[item] for item in _in_order([Item(*item) for item in found])}


def _in_order(items: Iterable[Item]) -> list[Item]:
    """Questions by number, the families of a pool by name, parts as they are asked."""
    met = {item: place for place, item in enumerate(items)}
    return sorted(met, key=lambda item: (number(item.question), item.family, met[item]))


def number(question: str) -> tuple[int, str]:
    """A question's number as it sorts: 2 before 10."""
    return (int(question), "") if question.isascii() and question.isdecimal() else (0, question)


def totals(rows: Iterable[Scored]) -> dict[str, tuple[int, int] | None]:
    """Each student's points and most points; None where a part could not be marked."""
    found: dict[str, tuple[int, int] | None] = {}
    for row in rows:
        before = found.get(row.student, (0, 0))
        if before is None or row.points is None:
            found[row.student] = None
        else:
            found[row.student] = before[0] + row.points, before[1] + row.most
    return found
