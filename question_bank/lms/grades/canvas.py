"""The instructor's own export of Canvas's gradebook, with one column filled in.

Canvas finds students and assignments by its ids, which nobody may make up, and an upload overwrites
what it names: so only the columns that say who somebody is and the one that was filled are written.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from fractions import Fraction

from question_bank.errors import UsageError
from question_bank.lms.grades.grade import Grade, Reported, scaled

FILE = "canvas-grades.csv"
WHO = ("Student", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account", "Section")
KEYS = ("SIS User ID", "SIS Login ID", "Integration ID", "ID")
"""Columns by which a student may be found, the likeliest first."""

_POSSIBLE = "points possible"


def render(
    grades: Sequence[Grade], template: str, column: str, *, by: str | None = None, scale: bool = False
) -> Reported:
    """The template's columns of people, and the one that is filled.

    Args:
        grades: of the class.
        template: the text of the export.
        column: the header of an assignment, or its name without the id.
        by: the column that holds our student ids, or emails; the one that fits most where None.
        scale: whether points are brought to what Canvas says is possible.

    Raises:
        UsageError: the template is no gradebook, has no such column, nobody of it is known, or the
            points possible differ and may not be scaled.
    """
    header, rows = _read(template)
    place = _column(header, column)
    possible = next((row[place] for row in rows if _is_possible(row)), "")
    out_of = _out_of(grades, possible, header[place], scale=scale)
    by = by or _likeliest(header, rows, grades)
    if by not in header:
        raise UsageError(
            f"the template has no column {by!r}", f"Name one of {', '.join(_named(header, KEYS))} by --by."
        )
    people = _People(grades)
    kept = [header.index(name) for name in _named(header, WHO)]
    found: set[str] = set()
    out = [[*(header[each] for each in kept), header[place]]]
    for row in rows:
        grade = None if _is_possible(row) else people.find(row[header.index(by)])
        cell = row[place]
        if grade is not None:
            found.add(grade.student_id)
            cell = cell if grade.points is None else str(scaled(grade, out_of))
        out.append([*(row[each] for each in kept), cell])
    if not found:
        raise UsageError(
            f"nobody in the column {by!r} of the template is in the class",
            f"Name the column that holds the student ids by --by: {', '.join(_named(header, KEYS))}.",
        )
    left = [f"{grade.student_id}: is not in the template" for grade in grades if grade.student_id not in found]
    left += [f"{grade.student_id}: has no grade yet" for grade in grades if grade.points is None]
    return Reported({FILE: _written(out)}, tuple(left), (f"students were found by {by}",))


def _read(template: str) -> tuple[list[str], list[list[str]]]:
    csv.field_size_limit(2**31 - 1)
    try:
        rows = csv.reader(io.StringIO(template.removeprefix("\ufeff"), newline=""), strict=True)
        table = [row for row in rows if any(row)]
    except csv.Error as error:
        raise UsageError(f"the template is damaged: {error}", "Give the file as Canvas exported it.") from None
    header = [name.strip() for name in table[0]] if table else []
    if "Student" not in header or "ID" not in header:
        raise UsageError(
            "the template is no export of a Canvas gradebook: its first line has no columns Student and ID",
            "Export the gradebook in Canvas (Grades, Export) and give that file.",
        )
    return header, [row + [""] * (len(header) - len(row)) for row in table[1:]]


def _column(header: Sequence[str], wanted: str) -> int:
    """Where a column is, by its whole header or by its name before the id.

    Raises:
        UsageError: there is none, or more than one, or Canvas would ignore it.
    """
    places = [place for place, name in enumerate(header) if name == wanted and name not in WHO]
    places = places or [
        place
        for place, name in enumerate(header)
        if name.endswith(")") and name.rpartition(" (")[0] == wanted and name.rpartition(" (")[2][:-1].isdecimal()
    ]
    fillable = [name for name in header if name.endswith(")") and name.rpartition(" (")[2][:-1].isdecimal()]
    if len(places) != 1:
        raise UsageError(
            f"the template has {len(places) or 'no'} column{'s' if places else ''} {wanted!r}",
            f"Name one of: {', '.join(fillable) or 'none there; make the assignment in Canvas, and export again'}.",
        )
    if header[places[0]] not in fillable:
        raise UsageError(f"Canvas has no id for the column {wanted!r}", f"Name one of: {', '.join(fillable)}.")
    return places[0]


def _is_possible(row: Sequence[str]) -> bool:
    return row[0].strip().casefold() == _POSSIBLE


def _out_of(grades: Sequence[Grade], possible: str, column: str, *, scale: bool) -> Fraction:
    [most, *others] = {grade.most for grade in grades} or {Fraction(0)}
    try:
        there = Fraction(possible.strip())
        if there <= 0:
            raise ValueError(possible)
    except (ValueError, ZeroDivisionError):
        raise UsageError(
            f"the template does not say how many points are possible in {column!r}: {possible!r}",
            "Give the assignment its points in Canvas, and export again.",
        ) from None
    if not scale and (others or most != there):
        raise UsageError(
            f"{float(there):g} points are possible in {column!r}, and {float(most):g} here",
            "Change the points in Canvas and export again, or bring ours to Canvas's by --scale.",
        )
    return there


class _People:
    """Finds a student by an id as it stands, by one that differs in case, or by an email, if that is one student's."""

    def __init__(self, grades: Sequence[Grade]) -> None:
        self._exact = {grade.student_id.strip(): grade for grade in grades}
        self._folded = _of_one((grade.student_id, grade) for grade in grades)
        self._emails = _of_one((grade.email, grade) for grade in grades)

    def find(self, cell: str) -> Grade | None:
        cell = cell.strip()
        folded = cell.casefold()
        return self._exact.get(cell) or self._folded.get(folded) or self._emails.get(folded)


def _of_one(pairs: Iterable[tuple[str, Grade]]) -> dict[str, Grade]:
    """Grades by names that are one student's alone, whatever their case."""
    found: dict[str, list[Grade]] = {}
    for name, grade in pairs:
        found.setdefault(name.strip().casefold(), []).append(grade)
    return {name: same[0] for name, same in found.items() if name and len(same) == 1}


def _likeliest(header: Sequence[str], rows: Sequence[Sequence[str]], grades: Sequence[Grade]) -> str:
    people = _People(grades)
    fits = {
        name: sum(people.find(row[header.index(name)]) is not None for row in rows)
        for name in _named(header, KEYS)
    }  # fmt: skip
    return max(fits, key=lambda name: fits[name])


def _named(header: Sequence[str], names: Sequence[str]) -> list[str]:
    return [name for name in names if name in header]


def _written(rows: Sequence[Sequence[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue().encode()
