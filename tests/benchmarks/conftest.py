"""A class of 200, an exam of 12 questions and one of 30 parts: the sizes that the figures are named for."""

import csv
import random
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from question_bank.answers import restore
from question_bank.exam.folder import Asked, read
from question_bank.exam.generate import generate
from question_bank.exam.mark import mark_exam
from question_bank.exam.responses import COLUMNS

LANGUAGES = ("en", "he", "ru", "da")
SECRET = "a secret for the benchmarks"


MIDTERM = """
title = "Midterm"
languages = ["en", "he", "ru", "da"]

[[slot]]
together = ["architecture/relu_count", "architecture/parameter_count"]
"""
# ten more, over all topics, to make twelve questions
SINGLE = (
    "convolution/output_size", "convolution/parameter_count", "architecture/receptive_field", "convolution/toeplitz_2d",
    "initialization/variance", "initialization/derivation", "convolution/fit", "convolution/weight_sharing",
    "convolution/values_2d", "review/design",
)  # fmt: skip


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with midterm.toml, twelve questions over all topics, and class.csv, 200 students."""
    folder = tmp_path_factory.mktemp("course")
    lines = [MIDTERM]
    for number, family in enumerate(SINGLE):
        lines += ["[[slot]]", f'family = "{family}"', f"level = {2 + number % 2}", "repeat = true"]
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


FINAL = """
title = "Final"
languages = ["en", "he", "ru", "da"]

[[slot]]
together = ["architecture/relu_count", "architecture/parameter_count", "architecture/fc_equivalent"]

[[slot]]
together = ["architecture/relu_count", "architecture/parameter_count"]
level = 2

[[slot]]
family = "initialization/derivation"
steps = ["mean_sum", "product", "product_zero_mean", "sum", "preserve_linear"]

[[slot]]
pool = ["convolution/output_size", "convolution/parameter_count"]
level = 2
count = 2
choices = 4

[[slot]]
pool = ["convolution/values_2d", "convolution/toeplitz_1d"]

[[slot]]
family = "architecture/receptive_field"
level = 2
count = 2
choices = 5

[[slot]]
family = "initialization/variance"
level = 3

[[slot]]
family = "convolution/output_size"
level = 3
count = 5
choices = 5

[[slot]]
family = "convolution/parameter_count"
level = 3
count = 3
"""


@pytest.fixture(scope="session")
def final(course: Path) -> Path:
    """The exam folder of a final of 30 parts with groups and pools, for the same class."""
    (course / "final.toml").write_text(FINAL, encoding="utf-8")
    generate(course / "final.toml", course / "class.csv", SECRET, course / "final", measure=False)
    papers = read(course / "final").papers.values()
    assert {sum(len(asked.question["parts"]) for asked in paper) for paper in papers} == {30}
    return course / "final"


@pytest.fixture(scope="session")
def final_responses(course: Path, final: Path) -> Path:
    """Answers as a class gives them: strong and weak students, known mistakes, blanks, prose."""
    path = course / "final.csv"
    draw = random.Random(200)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for student, paper in read(final).papers.items():
            ability = draw.uniform(0.35, 0.95)
            for asked in paper:
                for part in asked.question["parts"]:
                    table.writerow(
                        [student, asked.question["question"], part["part"], _answer(asked, part, ability, draw)]
                    )
    return path


def _answer(asked: Asked, part: Mapping[str, Any], ability: float, draw: random.Random) -> str:
    name = part["part"]
    kind = restore(part["kind"], {**part, **asked.key["tolerance"].get(name, {})})
    if draw.random() < ability:
        return kind.write(kind.decode(asked.key["answers"][name]), asked.question["language"])
    mistakes = list(asked.key["misconceptions"][name].values())
    if not mistakes or draw.random() < 0.2:
        return draw.choice(["", "no idea"])
    if name in asked.key.get("options", {}):
        return draw.choice(list(asked.key["options"][name]))
    return kind.write(kind.decode(draw.choice(mistakes)), asked.question["language"])


@pytest.fixture(scope="session")
def final_marks(course: Path, final: Path, final_responses: Path) -> Path:
    """The folder of the marks of that final."""
    mark_exam(final, final_responses, course / "final-marks")
    return course / "final-marks"


@pytest.fixture(scope="session")
def convmark(course: Path) -> Callable[..., list[str]]:
    """The command line of a whole process."""

    def command(*words: object) -> list[str]:
        return [sys.executable, "-m", "cli", *map(str, words)]

    return command
