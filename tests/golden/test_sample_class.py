"""The responses that ship with `convmark demo` fit the exam that it generates."""

import csv
import io
from pathlib import Path

import pytest

from question_bank.answers import restore
from question_bank.demo import CLASS, SECRET
from question_bank.exam.folder import Exam, read
from question_bank.exam.generate import generate
from question_bank.exam.mark import mark_exam
from question_bank.exam.responses import COLUMNS

RESPONSES = CLASS / "responses.csv"
# what the twelve do, question after question: right, the first, second, third mistake, prose, nothing
HABITS = {
    "1001": "rrrrrrrrr", "1002": "r1rr2r1rr", "1003": "12r1r1rr2", "2001": "rrrrrr1rr", "2002": "1r23rprr1",
    "2003": "rr1rrbrrr", "3001": "rrrrr1rrr", "3002": "2p1rbr1r1", "3003": "rr2rrr2rr", "4001": "r2rrrrrr1",
    "4002": "rrr1rr1pr", "4003": "b1b2r1rbb",
}  # fmt: skip
PROSE = {"en": "no idea", "he": "לא יודעת", "ru": "не знаю", "da": "ved det ikke"}


@pytest.fixture
def exam_folder(tmp_path: Path) -> Path:
    generate(CLASS / "blueprint.toml", CLASS / "roster.csv", SECRET, tmp_path / "exam", measure=False)
    return tmp_path / "exam"


def responses(exam: Exam) -> str:
    """What the class sends in."""
    rows = []
    for student, paper in exam.papers.items():
        habits = iter(HABITS[student])
        language = exam.students[student].language
        rows += [
            [student, asked.question["question"], part["part"], answer(asked, part, next(habits), language)]
            for asked in paper
            for part in asked.question["parts"]
        ]
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([list(COLUMNS), *rows])
    return buffer.getvalue()


def answer(asked, part, habit: str, language: str) -> str:
    name, key = part["part"], asked.key
    kind = restore(part["kind"], {**part, **key["tolerance"].get(name, {})})
    if habit == "r":
        return key.get("letters", {}).get(name) or kind.write(kind.decode(key["answers"][name]), language)
    if habit in "123":
        mistakes = list(key["misconceptions"][name].values())
        return kind.write(kind.decode(mistakes[min(int(habit), len(mistakes)) - 1]), language)
    return PROSE[language] if habit == "p" else ""


def test_shipped_responses_fit_the_shipped_exam(exam_folder: Path, tmp_path: Path, update_golden: bool) -> None:
    text = responses(read(exam_folder))
    if update_golden:
        RESPONSES.write_text(text, encoding="utf-8")
    assert RESPONSES.read_text(encoding="utf-8") == text
    marked = mark_exam(exam_folder, RESPONSES, tmp_path / "marks")
    habits = "".join(HABITS.values())
    assert marked.left_out == marked.replaced == 0
    assert marked.verdicts == {
        "right": habits.count("r"),
        "wrong": sum(habits.count(habit) for habit in "123"),
        "invalid": habits.count("p"),
        "blank": habits.count("b"),
    }
    assert sum(marked.misconceptions.values()) == marked.verdicts["wrong"]
