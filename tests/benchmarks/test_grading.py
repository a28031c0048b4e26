"""Grading conv2d by 20 hidden tests, each in a locked worker of its own, and the same by stock `otter run`.

A rate is 40 submissions by the time of the first, one by the time of the second.
"""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from grader import assignment
from grader.graders import Grader, ask_once

from ..grader import stock

CONV2D = Path(__file__).parents[2] / "assignments" / "conv2d"
TWENTY = """

def pytest_collection_modifyitems(items):
    values = [item for item in items if item.path.stem == "test_values" and item.path.parent.name == "hidden"]
    rest = {item.path.stem: item for item in items if item not in values and item.path.parent.name == "hidden"}
    items[:] = [*rest.values(), *values[: 20 - len(rest)]]
"""


@pytest.fixture(scope="module")
def conv2d(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assignment with 20 hidden tests and no others."""
    folder = Path(shutil.copytree(CONV2D, tmp_path_factory.mktemp("assignment") / "conv2d"))
    with (folder / "tests" / "hidden" / "conftest.py").open("a", encoding="utf-8") as file:
        file.write(TWENTY)
    return folder


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty notebooks, all right."""
    folder = tmp_path_factory.mktemp("notebooks")
    code = assignment.read(CONV2D).solution.read_text(encoding="utf-8")
    for number in range(40):
        cell = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None, "outputs": [],
                "source": f"{code}# {number}\n"}  # fmt: skip
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
        (folder / f"{number}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return folder


def test_40_notebooks_by_20_hidden_tests_with_2_jobs(
    benchmark, convmark: Callable[..., list[str]], conv2d: Path, notebooks: Path, tmp_path: Path
) -> None:
    def grade() -> None:
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        words = convmark("grade", conv2d, notebooks, "--out", tmp_path / "out", "--jobs", 2)
        subprocess.run(words, check=True, capture_output=True)

    benchmark.pedantic(grade, rounds=3)


def test_1_notebook_by_the_same_tests_with_otter_run(benchmark, conv2d: Path, notebooks: Path, tmp_path: Path) -> None:
    autograder = tmp_path / "autograder.zip"
    stock.stock_zip(conv2d, autograder)
    benchmark.pedantic(lambda: stock.run(notebooks / "0.ipynb", autograder, tmp_path), rounds=3)


def test_start_of_a_grader(benchmark, conv2d: Path) -> None:
    it = assignment.read(conv2d)
    benchmark.pedantic(lambda: ask_once(it, "standard", Grader.start), rounds=3)
