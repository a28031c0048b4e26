"""Grading as the command does it, for tests."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from grader import assignment
from grader.batch import Options, grade
from grader.report import results


def grade_folder(folder: Path, submissions: Sequence[Path], out: Path, **options: Any) -> Mapping[str, Any]:
    """Grade submissions against the assignment in a folder: the results files, by id."""
    graded = grade(assignment.read(folder), submissions, out, Options(jobs=2, **options))
    return {name: results.document(attempt) for name, attempt in graded.attempts.items()}
