"""The grading part of `convmark demo`: the shipped class of twelve hands in its homework."""

import csv
import os
import shlex
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from grader import assignment as assignments
from grader.assignment import Assignment
from grader.batch import Graded, Options, grade
from grader.ledger_file import NAME as LEDGER
from grader.records import Status, in_file
from grader.sandbox import Zygotes
from question_bank.errors import UsageError

CLASS = Path(__file__).with_name("sample_class")
SLUG = "conv2d"
_GRADERS = 4  # each holds torch in memory; a machine of many cores need not have room for twelve


def play(out: Path) -> Iterator[str]:
    """Grade the shipped submissions; yield what to tell the user, line by line.

    Played again, it grades what is new or was interrupted, and says the same.

    Raises:
        UsageError: `out` holds something else.
        MachineError: no worker can be made on this machine, or `out` cannot be written.
    """
    if out.exists() and not (out / LEDGER).exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} exists and holds something else", "Choose another --out.")
    assignment = assignments.find(SLUG)
    require, warning = _isolation()
    yield from warning
    yield f"Grading the shipped submissions to {SLUG}, each test in a process of its own:"
    jobs = min(_GRADERS, os.cpu_count() or 1)
    graded = grade(assignment, [CLASS], out, Options(jobs=jobs, require=require, retry_ungraded=True))
    yield _told(graded, assignment.points)
    yield from (f"  {row}" for row in _table(out / "gradebook.csv", assignment))
    yield f"  why a submission has its points: convmark grade show {shlex.quote(str(out))} 1002"
    yield "Wrote the gradebook, a page of feedback for each student, and the tests as CI reads them:"
    for path in ("gradebook.csv", "feedback", "feedback/2001.html", "junit.xml"):
        yield f"  {out / path}"


def _isolation() -> tuple[str, list[str]]:
    """What to require around the submissions, and a warning where it is less than for students' own."""
    with Zygotes(require="basic") as zygotes:
        held = zygotes.held
    missing = held.missing("standard")
    if not missing:
        return "standard", []
    why = held.layers.get(missing[0], (False, ""))[1] or "unknown"
    return "basic", [
        f"Warning: standard isolation does not hold here: the layer {missing[0]!r} is missing ({why}).",
        "  These submissions are shipped ones, so they are graded with basic; `convmark doctor` says more.",
    ]


def _told(graded: Graded, most: Fraction) -> str:
    counts = Counter(attempt.status for attempt in graded.attempts.values())
    scores = [attempt.score for attempt in graded.attempts.values() if attempt.score is not None]
    told = ", ".join(f"{counts[status]} {status}" for status in Status if status in counts)
    mean = f"; mean {float(sum(scores) / len(scores)):.1f} of {in_file(most)} points" if scores else ""
    return f"Graded {len(graded.attempts)} submissions: {told}{mean}; isolation {graded.isolation}."


def _table(gradebook: Path, assignment: Assignment) -> Iterator[str]:
    """A gradebook in aligned lines, and in the second what there is to earn; a dash where there are no points."""
    tasks = {task.id: str(in_file(task.points)) for task in assignment.tasks}
    lines = [["id", "status", "points", *tasks], ["", "of", str(in_file(assignment.points)), *tasks.values()]]
    with gradebook.open(encoding="utf-8", newline="") as file:
        lines += [
            [row["student_id"], row["status"], *(row[name] or "-" for name in ("score", *tasks))]
            for row in csv.DictReader(file)
        ]
    wide = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for name, status, *numbers in lines:
        right = (text.rjust(width) for text, width in zip(numbers, wide[2:], strict=True))
        yield "  ".join([name.ljust(wide[0]), status.ljust(wide[1]), *right])
