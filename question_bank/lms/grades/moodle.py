"""A table for Moodle's grade import: the columns are mapped by hand there, so their names are free."""

from collections.abc import Sequence
from fractions import Fraction

from question_bank.lms.grades.grade import Grade, Reported, scaled
from question_bank.tables import harmless, write

FILE = "moodle-grades.csv"
USUAL = Fraction(100)
"""The maximum of a grade item that Moodle makes; a larger mark is refused there."""


def render(grades: Sequence[Grade], out_of: Fraction = USUAL) -> Reported:
    """The table: student_id (Moodle's ID number), email, name and the grade out of `out_of`.

    Who has no grade yet has no row: an empty cell would be taken for a mark that was taken away.
    """
    known = [grade for grade in grades if grade.points is not None]
    rows = [(grade.student_id, grade.email, grade.name, scaled(grade, out_of)) for grade in known]
    waiting = tuple(f"{grade.student_id}: has no grade yet" for grade in grades if grade.points is None)
    most = f"{float(out_of):g}"
    quoted = [grade.student_id for grade in known if harmless(grade.student_id) != grade.student_id]
    odd = (f"written with a quote, for a spreadsheet would compute them: {', '.join(quoted)}",) if quoted else ()
    return Reported(
        {FILE: write(("student_id", "email", "name", f"grade out of {most}"), rows).encode()},
        waiting,
        (
            *odd,
            f"the grades are out of {most}: the grade item in Moodle must have this maximum",
        ),
    )
