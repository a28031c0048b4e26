"""A small assignment that the tests change."""

from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

TOML = """
schema = 1
id = "double"
version = 1
names = ["double"]
libraries = ["numpy"]

[title]
en = "Twice"
he = "פעמיים"
ru = "Вдвое"
da = "To gange"

[files]
starter = "starter/double.py"
solution = "solution/double.py"
handout = "handout.{lang}.md"

[[task]]
id = "values"
points = 4
title = { en = "Values", he = "ערכים", ru = "Значения", da = "Værdier" }

[[wrong]]
name = "triples"
what = "Takes three for two."
fails = ["values"]
"""
SUITE = """
import numpy as np, pytest
pytestmark = pytest.mark.task("values")
def test_numbers(submission):
    assert np.array_equal(submission.double(np.array([1.0, 2.0])), [2.0, 4.0])
"""
FILES = {
    "assignment.toml": TOML,
    "starter/double.py": "def double(x):\n    raise NotImplementedError\n",
    "solution/double.py": "def double(x):\n    return x * 2\n",
    "wrong/triples/double.py": "# What: takes three for two\ndef double(x):\n    return 3 * x\n",
    "tests/hidden/test_values.py": SUITE,
    "tests/visible/test_values.py": "def test_zero(submission):\n    assert submission.double(0) == 0\n",
    **{f"handout.{language}.md": "# Twice\n" for language in ("en", "he", "ru", "da")},
}


def write_assignment(folder: Path, files: Mapping[str, str | bytes | None]) -> Path:
    """Write the assignment `double`, with some files of one's own; None leaves a file out."""
    for name, text in {**FILES, **files}.items():
        if text is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else dedent(text).lstrip("\n").encode())
    return folder


@pytest.fixture
def an_assignment(tmp_path: Path) -> Callable[..., Path]:
    """Writes it into a folder of the test's own."""

    def write(files: Mapping[str, str | bytes | None] = {}) -> Path:
        return write_assignment(tmp_path / "double", files)

    return write
