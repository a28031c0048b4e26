"""The roster: who sits the exam, in which language."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from question_bank import tables
from question_bank.errors import UsageError

COLUMNS = ("student_id", "name", "email", "language")
LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Student:
    """A row of the roster; `others` keeps the columns we do not know."""

    id: str
    name: str
    email: str
    language: str
    others: Mapping[str, str]


def read(path: Path, languages: Sequence[str]) -> list[Student]:
    """The students in order of id.

    Raises:
        UsageError: a column, an id or a language is missing, an id stands twice, or a language is
            not among the blueprint's; the message names the line.
    """
    students: dict[str, Student] = {}
    lines: dict[str, int] = {}
    for row in tables.read(path, COLUMNS):
        cells = {name: value.strip() for name, value in row.cells.items()}
        student_id = unicodedata.normalize("NFC", cells["student_id"])
        where = f"{path.name}: line {row.line}"
        if not student_id:
            raise UsageError(f"{where}: student_id is empty", "Give every student an id.")
        if len(student_id) > LONGEST_ID:
            raise UsageError(f"{where}: the student_id has {len(student_id)} characters", f"Use at most {LONGEST_ID}.")
        unseen = next((character for character in student_id if not character.isprintable()), "")
        if unseen:
            raise UsageError(
                f"{where}: the student_id holds U+{ord(unseen):04X}, which nobody can see or type",
                "Write the id in printable characters and plain spaces.",
            )
        if student_id in students:
            raise UsageError(
                f"{where}: the student_id {student_id!r} stands on line {lines[student_id]} already",
                "Give every student an id of their own.",
            )
        if cells["language"] not in languages:
            raise UsageError(
                f"{where}: the language {cells['language']!r} is not among the exam's: {', '.join(languages)}",
                "Correct the line, or add the language to the blueprint.",
            )
        others = {name: value for name, value in row.cells.items() if name and name not in COLUMNS}
        students[student_id] = Student(student_id, cells["name"], cells["email"], cells["language"], others)
        lines[student_id] = row.line
    if not students:
        raise UsageError(f"{path.name}: there is no student in it", "Add a line for each student.")
    return [students[student_id] for student_id in sorted(students)]


def row(student: Student) -> dict[str, str]:
    """The student in a row of students.jsonl, other columns kept."""
    known = {"student_id": student.id, "name": student.name, "email": student.email, "language": student.language}
    return known | dict(student.others)


def student(row: Mapping[str, str]) -> Student:
    """The student of a row of students.jsonl."""
    others = {name: value for name, value in row.items() if name not in (*COLUMNS, "schema")}
    return Student(row["student_id"], row["name"], row["email"], row["language"], others)
