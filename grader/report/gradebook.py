"""The gradebook: one row per submission, UTF-8, and nothing in it that a spreadsheet would compute."""

import csv
import io
from collections.abc import Iterable, Sequence
from fractions import Fraction

from grader.escaping import cell
from grader.records import Attempt, in_file

COLUMNS = ("student_id", "score", "max_score", "status", "isolation", "flags")


def render(attempts: Iterable[Attempt], tasks: Sequence[str]) -> str:
    """The table.

    Args:
        attempts: what counts of each submission, in the order of the rows.
        tasks: of the assignment, one column each after the fixed ones. An attempt without a score has
            blank cells there too.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([*COLUMNS, *(cell(f"task_{task}" if task in COLUMNS else task) for task in tasks)])
    for attempt in attempts:
        writer.writerow([*_row(attempt), *(_points(attempt, task) for task in tasks)])
    return buffer.getvalue()


def _row(attempt: Attempt) -> list[str | int | float | None]:
    score = attempt.score
    return [
        cell(attempt.id),
        None if score is None else in_file(score),
        in_file(attempt.max_score),
        attempt.status.value,
        cell(attempt.isolation),
        cell("; ".join(attempt.flags)),
    ]


def _points(attempt: Attempt, task: str) -> int | float | None:
    if attempt.score is None:
        return None
    points = {each.id: each.points for each in attempt.tasks}
    # nothing of a rejected submission was run, and that earned nothing
    known = points.get(task, None if attempt.tests else Fraction(0))
    return None if known is None else in_file(known)
