"""The responses that ship with `convmark demo` fit the exam that it generates."""

import csv
import io
import json
from pathlib import Path

import pytest

from question_bank.answers import restore
from question_bank.demo import CLASS, SECRET
from question_bank.exam.folder import Exam, read
from question_bank.exam.generate import generate
from question_bank.exam.mark import mark_exam
from question_bank.exam.responses import COLUMNS

RESPONSES = CLASS / "responses.csv"
# what the twelve do, part after part: right, the first, second, third mistake, what follows from it, prose, nothing
HABITS = {
    "1001": "rrrrrrrrrrrr", "1002": "r1rr21rrr1rr", "1003": "12r1rr1f1rr2",
    "2001": "rrrrrrrrr1rr", "2002": "1r23r21fprr1", "2003": "rr1rrrrrbrrr",
    "3001": "rrrrrr2f1rrr", "3002": "2p1rbpb1r1r1", "3003": "rr2rrrrrr2rr",
    "4001": "r2rrr1rrrrr1", "4002": "rrr1rrr1r1pr", "4003": "b1b2rb1f1rbb",
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
        mistake = ""
        for asked in paper:
            for part in asked.question["parts"]:
                habit = next(habits)
                if habit in "123":
                    mistake = mistaken(asked, part, habit)
                text = answer(asked, part, mistake if habit == "f" else habit, language)
                rows.append([student, asked.question["question"], part["part"], text])
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([list(COLUMNS), *rows])
    return buffer.getvalue()


def mistaken(asked, part, habit: str) -> str:
    """The name of the first, second or third mistake."""
    names = list(asked.key["misconceptions"][part["part"]])
    return names[min(int(habit), len(names)) - 1]


def answer(asked, part, habit: str, language: str) -> str:
    """The text for a habit, or for the mistake of that name."""
    name, key = part["part"], asked.key
    kind = restore(part["kind"], {**part, **key["tolerance"].get(name, {})})
    if habit == "r":
        return key.get("letters", {}).get(name) or kind.write(kind.decode(key["answers"][name]), language)
    if habit in "123":
        habit = mistaken(asked, part, habit)
    if habit in key["misconceptions"][name]:
        return kind.write(kind.decode(key["misconceptions"][name][habit]), language)
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
        "wrong": sum(habits.count(habit) for habit in "123f"),
        "invalid": habits.count("p"),
        "blank": habits.count("b"),
    }
    assert sum(marked.misconceptions.values()) == marked.verdicts["wrong"]
    rows = map(json.loads, (tmp_path / "marks/marks.jsonl").read_text(encoding="utf-8").splitlines())
    assert sum(row["follow_through"] for row in rows) == habits.count("f")
