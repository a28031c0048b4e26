"""The results file of a submission: Gradescope's fields, and ours beside them.

It goes to people of the course and to Gradescope, which shows students of it only what is visible.
"""

import json
import re
from typing import Any

from grader import rebuild
from grader.records import DECIMALS, SCHEMA, Attempt, TestOutcome, TestStatus, in_file
from grader.report.labels import labelled

# what a terminal may obey, and halves of surrogate pairs, which no UTF-8 holds; JSON itself escapes the rest
_ESCAPED = re.compile("[\x7f-\x9f\ud800-\udfff]")


def document(attempt: Attempt) -> dict[str, Any]:
    """The content of the file.

    An attempt without a score gives no test of its own one either, for Gradescope would add them up.
    """
    score = attempt.score
    return {
        "schema": SCHEMA,
        "id": attempt.id,
        "sha256": attempt.sha256,
        "suite_sha256": attempt.suite_sha256,
        "attempt": attempt.attempt,
        "status": attempt.status.value,
        "score": None if score is None else in_file(score),
        "max_score": in_file(attempt.max_score),
        "execution_time": round(attempt.seconds, DECIMALS),
        "output": attempt.output,
        "isolation": attempt.isolation,
        "device": attempt.device,
        "flags": list(attempt.flags),
        "tasks": [
            {
                "id": task.id,
                "status": task.status.value,
                "points": None if task.points is None else in_file(task.points),
                "max_points": in_file(task.max_points),
            }
            for task in attempt.tasks
        ],
        "tests": [_test(label, test, scored=score is not None) for label, test in labelled(attempt.tests)],
        **rebuild.kept(attempt),
    }


def render(attempt: Attempt) -> bytes:
    """The file: UTF-8, with JSON's escapes where a character is no text."""
    text = json.dumps(document(attempt), ensure_ascii=False, allow_nan=False, indent=1)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", f"{text}\n").encode()


def _test(label: str, test: TestOutcome, *, scored: bool) -> dict[str, Any]:
    return {
        "name": label,
        "status": "passed" if test.status is TestStatus.PASSED else "failed",
        "score": in_file(test.points) if scored and test.points is not None else None,
        "max_score": in_file(test.max_points),
        "visibility": test.visibility,
        "output": test.message,
        "task": test.task,
        "outcome": test.status.value,
    }
