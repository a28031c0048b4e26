"""Points on their way to where a course keeps its grades: a module for each system.

None of them knows exams or submissions.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

from question_bank.errors import UsageError
from question_bank.lms.grades import canvas, github_classroom, gradescope, moodle
from question_bank.lms.grades.grade import Grade, Item, Reported, of_results

_LARGEST = 1_000_000
KINDS = ("canvas", "moodle", "gradescope", "github-classroom")


def render(
    grades: Sequence[Grade],
    kind: str,
    file_name: Callable[[str], str],
    *,
    template: Path | None = None,
    column: str | None = None,
    by: str | None = None,
    scale: bool = False,
    out_of: float | None = None,
) -> Reported:
    """The files for a system.

    Args:
        grades: of the class.
        kind: one of `KINDS`.
        file_name: gives the name of a student's files.
        template: for Canvas, the export of its gradebook.
        column: for Canvas, the column to fill.
        by: for Canvas, the column of the student ids.
        scale: for Canvas, whether points are brought to those possible there.
        out_of: for Moodle, the maximum of the grade item.

    Raises:
        UsageError: there are no grades, an option is missing or belongs to another system, or the template
            cannot be used.
    """
    if not grades:
        raise UsageError("there are no grades to report", "Mark the exam or grade the submissions first.")
    options = {"--template": template, "--column": column, "--by": by, "--scale": scale or None}
    if kind != "canvas":
        for name, value in {**options, **({"--out-of": out_of} if kind != "moodle" else {})}.items():
            if value is not None:
                raise UsageError(f"{name} means nothing for {kind}", f"Leave {name} out.")
    if out_of is not None and not 0 < out_of <= _LARGEST:
        raise UsageError(f"--out-of {out_of} is no maximum of a grade item", f"Name a number up to {_LARGEST}.")
    if kind == "moodle":
        return moodle.render(grades, moodle.USUAL if out_of is None else Fraction(repr(out_of)))
    if kind == "gradescope":
        return gradescope.render(grades, file_name)
    if kind == "github-classroom":
        return github_classroom.render(grades, file_name)
    if template is None or column is None:
        raise UsageError(
            "for Canvas an export of its gradebook and the column to fill are needed",
            "Export the gradebook in Canvas (Grades, Export): --template FILE --column NAME.",
        )
    return canvas.render(grades, _text(template), column, by=by, scale=scale)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", "Name a file.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8", "Give the file as Canvas exported it.") from None


__all__ = ["KINDS", "Grade", "Item", "Reported", "of_results", "render"]
