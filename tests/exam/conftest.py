"""A small exam that the tests of the stages share."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from question_bank.exam.generate import generate

BLUEPRINT = """
title = "Quiz"
languages = ["en", "he", "ru", "da"]
rules = "No *notes*."

[[slot]]
family = "convolution/output_size"
level = 3
points = 2

[[slot]]
family = "convolution/parameter_count"
choices = 4
count = 2

[[slot]]
family = "architecture/receptive_field"
points = 1

[[slot]]
family = "initialization/variance"
level = 3
points = 1
"""
ROSTER = """student_id,name,email,language,group
b2,Ada Lovelace,ada@example.org,en,1
a1,דנה לוי,dana@example.org,he,2
c3,Иван Петров,ivan@example.org,ru,1
d4,=SUM(A1),soren@example.org,da,2
"""
SECRET = "an honest secret of length"


@pytest.fixture
def blueprint(tmp_path: Path) -> Path:
    path = tmp_path / "quiz.toml"
    path.write_text(BLUEPRINT, encoding="utf-8")
    return path


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "class.csv"
    path.write_text(ROSTER, encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def _exam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exam")
    (folder / "quiz.toml").write_text(BLUEPRINT, encoding="utf-8")
    (folder / "class.csv").write_text(ROSTER, encoding="utf-8")
    generate(folder / "quiz.toml", folder / "class.csv", SECRET, folder / "quiz", measure=False)
    return folder / "quiz"


@pytest.fixture
def exam(_exam: Path, tmp_path: Path) -> Path:
    """A copy of the exam folder, to do with as a test likes."""
    copy = tmp_path / "quiz"
    copy.mkdir()
    for file in _exam.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    return copy


@pytest.fixture
def reseal() -> Callable[[Path], None]:
    """Make the manifest of an exam fit files that a test changed."""

    def seal(folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        for name in ("key", "questions", "students"):
            manifest[f"{name}_sha256"] = hashlib.sha256((folder / f"{name}.jsonl").read_bytes()).hexdigest()
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    return seal


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file and give its path."""

    def file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return file
