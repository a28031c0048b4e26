"""What `run_autograder` runs on Gradescope's machine: one submission behind the wall, results.json from it.

A student's fault has a score; a fault of ours has none, in no field that could be added up, and a note
that only the people of the course see. What a submission prints never reaches our own output.
"""

import json
import sys
from fractions import Fraction
from pathlib import Path
from time import monotonic
from typing import Any

from grader import assignment as assignments
from grader import files
from grader.assignment import Assignment
from grader.escaping import printable
from grader.graders import Broken, Grader, ask_once
from grader.intake import Entry
from grader.records import DECIMALS, Attempt, TestOutcome, TestStatus, in_file
from grader.report.labels import labelled
from question_bank.errors import ConvmarkError

ID = "submission"
_UNGRADED = "This submission could not be graded, by no fault of yours. The people of the course can see why."
_AGAIN_WITHIN = 60.0
"""Gradescope ends everything after ten minutes with a 0: a fault of ours that took longer is not tried again."""


def main(root: Path, source: Path, require: str) -> None:
    """Grade what lies in `root`/submission, and write `root`/results/results.json.

    Args:
        root: /autograder.
        source: where the zip was unpacked.
        require: strict, standard or basic: what must hold at least.

    Raises:
        MachineError: the results cannot be written.
    """
    try:
        attempt = graded(assignments.read(source / "assignment"), root / "submission", require)
        note = "\n".join([f"{attempt.status}; isolation {attempt.isolation}", *attempt.flags])
        found = document(attempt) or unscored(note)
    except Exception as error:  # noqa: BLE001  # whatever it is, it is ours, and must not look like a student's
        note = str(error) if isinstance(error, ConvmarkError) else f"{type(error).__name__}: {error}"
        found = unscored(note)
    files.write(root / "results" / "results.json", (json.dumps(found, allow_nan=False, indent=1) + "\n").encode())
    print(printable(note))  # noqa: T201  # Gradescope shows it to the people of the course


def graded(assignment: Assignment, folder: Path, require: str) -> Attempt:
    """Grade the submission in a folder.

    Raises:
        SuiteError, MachineError: it could not be graded.
    """
    entry = Entry(ID, folder.resolve())

    async def tried(grader: Grader) -> Attempt:
        began = monotonic()
        try:
            return await grader.grade(entry, 1)
        except Broken:
            if monotonic() - began > _AGAIN_WITHIN:
                raise
            return await grader.grade(entry, 1)

    return ask_once(assignment, require, tried)


def document(attempt: Attempt) -> dict[str, Any] | None:
    """An attempt as Gradescope takes it; students see of it what is visible. None where it has no score."""
    score = attempt.score
    if score is None:
        return None
    return {
        "score": in_file(score),
        "execution_time": round(attempt.seconds, DECIMALS),
        "output": attempt.output,
        **_PLAIN,
        "tests": [_test(label, test) for label, test in labelled(attempt.tests)],
        "extra_data": {"status": attempt.status.value, "isolation": attempt.isolation, "device": attempt.device},
    }


def unscored(note: str) -> dict[str, Any]:
    """Results without a score, for a fault of ours.

    Args:
        note: what is wrong, for the people of the course.
    """
    told = {"name": "For the people of the course", "visibility": "hidden", "output": printable(note)}
    return {"output": _UNGRADED, **_PLAIN, "tests": [told]}


_PLAIN = {
    "output_format": "text",
    "test_output_format": "text",
    "test_name_format": "text",
    "visibility": "visible",
    "stdout_visibility": "hidden",
}


def _test(label: str, test: TestOutcome) -> dict[str, Any]:
    return {
        "name": label,
        "status": "passed" if test.status is TestStatus.PASSED else "failed",
        "score": in_file(test.points or Fraction(0)),
        "max_score": in_file(test.max_points),
        "visibility": test.visibility,
        "output": test.message,
        "output_format": "text",
        "tags": [test.task],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
