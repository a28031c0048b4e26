"""What a student has earned, and what is written of it."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from question_bank.points import in_file


@dataclass(frozen=True, slots=True)
class Item:
    """A question of an exam or a task of an assignment; `points` is None where nobody has decided yet."""

    id: str
    points: Fraction | None
    most: Fraction


@dataclass(frozen=True, slots=True)
class Grade:
    """What a student has earned; `points` is None where it is not known, which is never the same as 0.

    `name` and `email` are empty where they are not known; `document` is a results file, where there is one.
    """

    student_id: str
    name: str
    email: str
    points: Fraction | None
    most: Fraction
    items: tuple[Item, ...]
    document: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """Files by name, what was left out and must be looked at, and what else a person should know."""

    files: dict[str, bytes]
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def of_results(document: dict[str, Any]) -> Grade:
    """The grade in a results file of an assignment.

    >>> of_results({"id": "a1", "score": 7.5, "max_score": 10, "tasks": []}).points
    Fraction(15, 2)
    """
    items = tuple(Item(task["id"], _exact(task["points"]), _known(task["max_points"])) for task in document["tasks"])
    if document["score"] is None:  # what somebody must look at first counts for nothing, in its parts too
        items = tuple(Item(item.id, None, item.most) for item in items)
    return Grade(
        document["id"], "", "", _exact(document["score"]), _known(document["max_score"]), items, document
    )  # fmt: skip


def scaled(grade: Grade, out_of: Fraction) -> float | int | None:
    """The points of a grade as they are where the most is `out_of`; four decimals."""
    if grade.points is None:
        return None
    return in_file(grade.points * out_of / grade.most if grade.most else Fraction(0))


def _exact(points: float | None) -> Fraction | None:
    return None if points is None else Fraction(repr(points))


def _known(points: float) -> Fraction:
    return Fraction(repr(points))
