"""`convmark check`: what a student learns of a file before it is handed in, and nothing of what is hidden."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader import assignment, trial
from grader.trial import Trial
from question_bank.errors import UsageError

from .conftest import TOML, write_assignment
from .one_grader import one_grader

HIDDEN = """
import pytest
@pytest.mark.title("a secret title")
def test_secret_name(submission):
    assert submission.double(4321) == 8642
"""
VISIBLE = """
def test_zero(submission):
    assert submission.double(0) == 0
def test_three(submission):
    assert submission.double(3) == 6
def test_four(submission):
    assert submission.double(4) == 8
"""
SECRETS = ("secret", "4321", "8642", "hidden/")
ALL_BUT_ONE = "Values: 1 of 3 visible tests passed"
Try = Callable[..., Trial]


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> assignment.Assignment:
    folder = write_assignment(
        tmp_path_factory.mktemp("twice") / "double",
        {
            "assignment.toml": TOML.replace("[files]", "[limits]\nload_seconds = 0.6\n\n[files]"),
            "tests/hidden/test_values.py": HIDDEN,
            "tests/visible/test_values.py": VISIBLE,
        },
    )
    return assignment.read(folder)


@pytest.fixture(scope="module")
def grader(twice: assignment.Assignment, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with (
        one_grader(twice, tmp_path_factory.mktemp("scratch")) as ask,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(trial, "ask_once", ask)
        yield


@pytest.fixture
def attempted(grader: None, twice: assignment.Assignment, tmp_path: Path) -> Try:
    """Tries a file of this content."""

    def attempt(code: str, name: str = "double.py") -> Trial:
        (tmp_path / name).write_text(code, encoding="utf-8")
        return trial.check(tmp_path / name, twice)

    return attempt


def test_what_is_right(attempted: Try) -> None:
    tried = attempted("def double(x):\n    return 2 * x\n")
    assert tried.passed
    assert list(tried.lines()) == [
        "double: Twice",
        "  It loads, and defines double.",
        "Values: 3 of 3 visible tests passed",
        "The hidden tests look at more than these.",
    ]
    assert list(tried.lines("he"))[:3:2] == ["double: פעמיים", "ערכים: 3 of 3 visible tests passed"]
    row = tried.row()
    assert (row["schema"], row["id"], row["status"], row["output"]) == (1, "double", "graded", "")
    assert row["tests"][0] == {"task": "values", "title": "zero", "outcome": "passed", "message": ""}


def test_a_test_that_fails_shows_what_came(attempted: Try) -> None:
    tried = attempted("def double(x):\n    return x * x - x\n")
    assert not tried.passed
    assert list(tried.lines())[2:] == [
        "Values: 2 of 3 visible tests passed",
        "  failed: four",
        "    AssertionError: assert 12 == 8",
        "    + where 12 = double(4)",
        "    + where double = submission.double",
        "The hidden tests look at more than these.",
    ]


def test_tests_that_fail_alike_are_told_once(attempted: Try) -> None:
    lines = list(attempted("def double(x):\n    return x / 0 if x else x\n").lines())
    assert lines[2:5] == [
        ALL_BUT_ONE,
        "  failed: three, four",
        "    ZeroDivisionError: division by zero (cell 1, line 2)",
    ]
    lines = list(attempted("def double(x):\n    if x: raise SystemExit\n    return x\n").lines())
    assert lines[2:5] == [ALL_BUT_ONE, "  error: three, four", "    it ended its own process (exit code 0)"]


@pytest.mark.parametrize(
    "code", ["def double(x):\n    return 2 * x if x < 9 else 1\n", "def double(x):\n    return x\n"]
)
def test_nothing_hidden_is_told(attempted: Try, code: str) -> None:
    tried = attempted(code)
    assert tried.passed == ("if" in code)  # the hidden test has no say in it
    for told in (json.dumps(tried.row()), "\n".join(tried.lines())):
        assert not any(secret in told for secret in SECRETS)


NOT_RUN = "No test was run."


@pytest.mark.parametrize(
    ("code", "name", "says"),
    [
        ("def double(:\n", "double.py", ["Cell 1 stopped with SyntaxError: invalid syntax (<cell 1>, line 1)", "double is not defined."]),
        ("def Double(x): ...\n", "double.py", ["double is not defined."]),
        ("import torch\ndef double(x): ...\nnowhere\n", "a.py", ["Cell 1 stopped with ModuleNotFoundError: No module named 'torch'", "Cell 1 stopped with NameError: name 'nowhere' is not defined"]),
        ("while True: pass\n", "double.py", ["Loading the submission ended early: loading took longer than 0.6 s."]),
        ("raise SystemExit\n", "double.py", ["Cell 1 stopped with SystemExit: ", "double is not defined."]),
        ("", "double.py", ["It cannot be read, and would get no points:", "the file is empty"]),
        ("{}", "double.ipynb", ["It cannot be read, and would get no points:", "the notebook is damaged: its cells are no list"]),
        ("print('\\x1b[2Jhello')\n", "double.py", ["double is not defined.", "Written while the cells were run:", "\ufffd[2Jhello"]),
    ],
)  # fmt: skip
def test_what_keeps_a_file_from_being_graded(attempted: Try, code: str, name: str, says: list[str]) -> None:
    tried = attempted(code, name)
    first, *lines = tried.lines()
    assert not tried.passed
    assert first == f"{Path(name).stem}: Twice"
    assert [line.strip() for line in lines[: len(says)]] == [each.strip() for each in says]
    assert (lines[-1] == NOT_RUN) == ("torch" not in code)


def test_a_notebook_and_a_folder_of_one(attempted: Try, twice: assignment.Assignment, tmp_path: Path) -> None:
    cells = ["%matplotlib inline\nimport numpy as np", "def double(x):\n    return np.add(x, x)"]
    book: dict[str, Any] = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}}
    book["cells"] = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells]
    assert attempted(json.dumps(book), "my work.ipynb").passed
    assert trial.check(tmp_path, twice).attempt.id == "my work"


def test_what_is_no_file_to_try(twice: assignment.Assignment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "ask_once", None)  # it is refused before a grader is started
    for name in ("a.py", "b.py", "notes.txt"):
        (tmp_path / name).write_text("x = 1\n", encoding="utf-8")
    for path, says in (
        (tmp_path / "nowhere.py", r"nowhere\.py does not exist"),
        (tmp_path / "notes.txt", r"notes\.txt is no submission"),
        (tmp_path, "holds 2 submissions"),
    ):
        with pytest.raises(UsageError, match=says) as error:
            trial.check(path, twice)
        assert error.value.remedy
