"""results.json as Gradescope's autograder reads it, a file for each student."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from question_bank.lms.grades.grade import Grade, Reported
from question_bank.points import in_file

_FIELDS = ("score", "output", "execution_time")
_OF_TESTS = ("name", "status", "score", "max_score", "visibility", "output")


def render(grades: Sequence[Grade], file_name: Callable[[str], str]) -> Reported:
    """The files, `gradescope/<id>.json`; none for those who have no grade yet.

    Args:
        grades: of the class.
        file_name: gives the name of a student's files.
    """
    files = {
        f"gradescope/{file_name(grade.student_id)}.json": json.dumps(_document(grade), ensure_ascii=False, indent=1)
        for grade in grades
        if grade.points is not None
    }
    waiting = tuple(f"{grade.student_id}: has no grade yet" for grade in grades if grade.points is None)
    return Reported({name: f"{text}\n".encode("utf-8", "replace") for name, text in files.items()}, waiting)


def _document(grade: Grade) -> dict[str, Any]:
    if grade.document is not None:
        kept = {name: grade.document[name] for name in _FIELDS}
        return {**kept, "tests": [{name: test[name] for name in _OF_TESTS} for test in grade.document["tests"]]}
    return {
        "score": in_file(grade.points or 0),
        "visibility": "after_published",
        "tests": [
            {
                "name": item.id,
                "number": item.id,
                "score": None if item.points is None else in_file(item.points),
                "max_score": in_file(item.most),
                "status": "passed" if item.points == item.most else "failed",
                "visibility": "after_published",
            }
            for item in grade.items
        ],
    }
