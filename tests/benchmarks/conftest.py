"""A class of 200 and an exam of 12 questions: the size that the figures are named for."""

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from question_bank import registry
from question_bank.answers import restore
from question_bank.exam.folder import read
from question_bank.exam.generate import generate
from question_bank.exam.responses import COLUMNS

LANGUAGES = ("en", "he", "ru", "da")
SECRET = "a secret for the benchmarks"


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with midterm.toml, twelve slots over all families, and class.csv, 200 students."""
    folder = tmp_path_factory.mktemp("course")
    lines = ['title = "Midterm"', 'languages = ["en", "he", "ru", "da"]']
    for number, family in enumerate(registry.ids()):
        for level in (2, 3):
            lines += ["[[slot]]", f'family = "{family}"', f"level = {level}", "repeat = true"]
            if number % 2 and not family.endswith("/derivation"):
                lines.append("choices = 4")
    (folder / "midterm.toml").write_text("\n".join(lines), encoding="utf-8")
    roster = [f"{number},Student {number},,{LANGUAGES[number % 4]}" for number in range(200)]
    (folder / "class.csv").write_text("\n".join(["student_id,name,email,language", *roster]), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def exam(course: Path) -> Path:
    """The exam folder of that course."""
    folder = course / "midterm"
    generate(course / "midterm.toml", course / "class.csv", SECRET, folder, measure=False)
    return folder


@pytest.fixture(scope="session")
def responses(course: Path, exam: Path) -> Path:
    """An answer to every part, two in three of them right."""
    path = course / "answers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for student, paper in read(exam).papers.items():
            for asked in paper:
                for part in asked.question["parts"]:
                    name, number = part["part"], asked.question["question"]
                    kind = restore(part["kind"], {**part, **asked.key["tolerance"].get(name, {})})
                    answer = asked.key["answers"][name]
                    if int(number) % 3 == 0:
                        answer = next(iter(asked.key["misconceptions"][name].values()))
                    text = kind.write(kind.decode(answer), asked.question["language"])
                    table.writerow([student, number, name, asked.key.get("letters", {}).get(name, text)])
    return path


@pytest.fixture(scope="session")
def convmark(course: Path) -> Callable[..., list[str]]:
    """The command line of a whole process."""

    def command(*words: object) -> list[str]:
        return [sys.executable, "-m", "cli", *map(str, words)]

    return command
