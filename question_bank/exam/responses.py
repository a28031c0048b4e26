"""The table of responses: what students sent in, and what cannot be placed."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from question_bank import tables
from question_bank.errors import UsageError
from question_bank.exam import aside, folder
from question_bank.exam.folder import Exam
from question_bank.numerals import plain_digits

COLUMNS = ("student_id", "question", "part", "answer")

Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that is left out, because it belongs to nobody or is broken, or that a later row replaced."""

    line: int
    row: tuple[str, str, str, str]
    what: str
    left_out: bool


@dataclass(slots=True)
class Responses:
    """The answers by student, question and part, their lines, and the rows that cause trouble.

    `waiting` holds the parts that a person must look at first, with the reason; they have no points till then.
    """

    answers: dict[Place, str] = field(default_factory=dict)
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    waiting: dict[Place, str] = field(default_factory=dict)


def read(path: Path, exam: Exam) -> Responses:
    """Read responses; of several rows for one part the last counts.

    Raises:
        UsageError: the file or a column is missing, or a quote does not close.
    """
    parts = {
        student: {asked.question["question"]: {part["part"] for part in asked.question["parts"]} for asked in paper}
        for student, paper in exam.papers.items()
    }
    responses = Responses()
    for row in tables.read(path, COLUMNS, lenient=True):
        student, question, part = (_clean(row.cells[name]) for name in COLUMNS[:3])
        question = plain_digits(question)
        answer = row.cells["answer"]
        cells = (student, question, part, ",".join([answer, *row.surplus]))
        what = _unplaced(parts, student, question, part)
        if row.surplus:
            what = "more cells than columns: put quotes around an answer that holds commas"
        elif _swallows(parts, answer):
            what = "the answer holds whole rows of this table: a quote before it is missing or too much"
        if what:
            responses.problems.append(Problem(row.line, cells, what, left_out=True))
            continue
        place = (student, question, part)
        before = responses.answers.get(place)
        if before is not None and before != answer:
            replaced = (*place, before)
            what = f"replaced by line {row.line}"
            responses.problems.append(Problem(responses.lines[place], replaced, what, left_out=False))
        responses.answers[place] = answer
        responses.lines[place] = row.line
    return responses


def _clean(cell: str) -> str:
    return unicodedata.normalize("NFC", cell.strip())


def _unplaced(parts: Mapping[str, Mapping[str, set[str]]], student: str, question: str, part: str) -> str:
    if student not in parts:
        return "unknown student"
    if question not in parts[student]:
        return "unknown question"
    return "" if part in parts[student][question] else "unknown part"


def _swallows(parts: Mapping[str, Mapping[str, set[str]]], answer: str) -> bool:
    """Whether an answer of several lines holds a row of the table, as after a quote that was left open."""
    for line in answer.split("\n")[1:]:
        place = [_clean(cell) for cell in re.split("[,;]", line, maxsplit=3)[:3]]
        if len(place) == 3 and not _unplaced(parts, *place):
            return True
    return False


def write_template(exam: Path, path: Path) -> None:
    """Write the empty table of an exam folder; a table that was filled in is never overwritten.

    Raises:
        UsageError: it is no exam folder, or there is such a file.
    """
    if path.exists():
        raise UsageError(f"{path} exists", "Choose another name, or move the file away yourself.")
    aside.text(path, template(folder.read(exam)))


def template(exam: Exam) -> str:
    """The empty table: a row for every part of every student."""
    rows = (
        (student, asked.question["question"], part["part"], "")
        for student, paper in exam.papers.items()
        for asked in paper
        for part in asked.question["parts"]
    )
    return tables.write(COLUMNS, rows)
