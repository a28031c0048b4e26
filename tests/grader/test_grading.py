"""Submissions graded as the command grades them, on a small assignment: status, points, messages, files."""

import json
import shutil
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader.records import TestOutcome, TestStatus, status_of

from .grading import grade_folder
from .test_suite import FILES

pytestmark = pytest.mark.alone

RIGHT = "def double(x):\n    return x * 2\n"
LIMITS = "limits = { test_seconds = 1, load_seconds = 1.5, wall_seconds = 3.5, cpu_seconds = 3, memory_mb = 500 }\n"
Write = Callable[..., Path]

SUBMISSIONS: Mapping[str, str] = {
    "right": RIGHT,
    "stumbles": "def double(x):\n    return 3\n",
    "ints_only": "def double(x):\n    return 2 * x if type(x) is int else x\n",
    "raises": "def double(x):\n    raise ValueError('secret ' + str(x))\n",
    "raises_its_own": "class Odd(Exception): ...\ndef double(x):\n    raise Odd(str(x))\n",
    "gives_back_a_function": "def double(x):\n    return lambda: x\n",
    "hangs_on_arrays": "def double(x):\n    while type(x) is not int: pass\n    return 2 * x\n",
    "hangs": "def double(x):\n    while True: pass\n",
    "hangs_when_loaded": "while True: pass\n",
    "dies_on_arrays": "import os\ndef double(x):\n    return 2 * x if type(x) is int else os._exit(0)\n",
    "dies_when_loaded": "import os\nos._exit(0)\n",
    "another_name": "def twice(x):\n    return 2 * x\n",
    "syntax_error": "def double(x)\n    return x\n",
    "prints": "print('hello')\ndef double(x):\n    print('x is', x)\n    return 2 * x\n",
    "empty": "",
    "slow_to_load": f"import time\ntime.sleep(0.6)\n{RIGHT}",
    "slow_and_counting": "import time\ntime.sleep(0.6)\ncalls = []\ndef double(x):\n    calls.append(x)\n    return 2 * x\n",
    "eats_its_time": "import time\ndef double(x):\n    time.sleep(0.9)\n    return 2 * x\n",
}
SUITE = {**FILES, "assignment.toml": FILES["assignment.toml"].replace("names =", f"{LIMITS}names =")}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Mapping[str, Any], Path]:
    from .conftest import write_assignment

    base = tmp_path_factory.mktemp("grading")
    folder = write_assignment(base / "double", SUITE)
    (base / "in").mkdir()
    for name, code in SUBMISSIONS.items():
        (base / "in" / f"{name}.py").write_text(code, encoding="utf-8")
    return grade_folder(folder, [base / "in"], base / "out"), base / "out"


Graded = tuple[Mapping[str, Any], Path]


def outcomes(result: Mapping[str, Any]) -> list[str]:
    return [test["outcome"] for test in result["tests"]]


@pytest.mark.parametrize(
    ("name", "status", "score", "tests"),
    [
        ("right", "graded", 10, ["passed"] * 5),
        ("stumbles", "graded", 0, ["failed", "failed", "not_reached", "not_reached", "not_reached"]),
        ("ints_only", "graded", 8.4, ["passed", "passed", "passed", "failed", "failed"]),
        ("raises", "graded", 0, ["failed", "failed", *["not_reached"] * 3]),
        ("gives_back_a_function", "graded", 0, ["failed", "failed", *["not_reached"] * 3]),
        ("hangs_on_arrays", "partial", 6, ["passed", "passed", "timeout", "timeout", "timeout"]),
        ("hangs", "timeout", 0, ["timeout", "timeout", *["not_reached"] * 3]),
        ("hangs_when_loaded", "timeout", 0, ["not_reached"] * 5),
        ("dies_on_arrays", "partial", 6, ["passed", "passed", "error", "error", "error"]),
        ("dies_when_loaded", "error", 0, ["not_reached"] * 5),
        ("another_name", "error", 0, ["not_reached"] * 5),
        ("syntax_error", "error", 0, ["not_reached"] * 5),
        ("prints", "graded", 10, ["passed"] * 5),
        ("empty", "rejected", 0, []),
        ("slow_to_load", "graded", 10, ["passed"] * 5),
        ("slow_and_counting", "graded", 10, ["passed"] * 5),
    ],
)
def test_what_a_submission_gets(graded: Graded, name: str, status: str, score: float, tests: list[str]) -> None:
    result = graded[0][name]
    assert (result["status"], result["score"], outcomes(result)) == (status, score, tests), result["output"]
    assert result["max_score"] == 10


def test_what_is_used_up_ends_the_rest(graded: Graded) -> None:
    result = graded[0]["eats_its_time"]
    assert result["status"] == "partial"
    assert outcomes(result) == ["passed", "passed", "passed", "timeout", "not_reached"]
    assert [test["output"] for test in result["tests"][3:]] == ["the submission has used its 3.5 s"] * 2
    assert result["score"] == 8.4


def test_what_students_read_of_a_hidden_test_holds_nothing_of_it(graded: Graded) -> None:
    results, _ = graded
    told = {name: results[name]["tests"][1]["output"] for name in ("stumbles", "raises", "raises_its_own", "hangs")}
    assert told == {
        "stumbles": "",
        "raises": "the submission raised ValueError",
        "raises_its_own": "the submission raised an exception of its own",
        "hangs": "its calls took longer than 1 s",
    }
    assert results["gives_back_a_function"]["tests"][1]["output"] == "what came back is no array, number or text"
    assert "secret" in results["raises"]["tests"][0]["output"]  # of a visible one they read all


def test_what_is_said_of_an_attempt_as_a_whole(graded: Graded) -> None:
    results, _ = graded
    assert results["hangs_when_loaded"]["output"] == (
        "Loading the submission ended early: loading took longer than 1.5 s."
    )
    assert results["syntax_error"]["output"].startswith("Cell 1 stopped with SyntaxError")
    assert results["syntax_error"]["output"].endswith("double is not defined.")
    assert results["prints"]["output"] == "Written while the cells were run:\nhello\n"
    assert results["empty"]["output"] == "the file is empty"


def test_what_is_printed_while_tests_run_is_shown_to_nobody(graded: Graded) -> None:
    for path in graded[1].rglob("*prints*"):
        assert "x is" not in path.read_text(encoding="utf-8")


def test_the_files_of_a_folder(graded: Graded) -> None:
    results, out = graded
    assert json.loads((out / "results/right.json").read_text(encoding="utf-8")) == results["right"]
    assert {path.stem for path in (out / "feedback").iterdir()} == set(SUBMISSIONS)
    book = (out / "gradebook.csv").read_text(encoding="utf-8").splitlines()
    assert book[0] == "student_id,score,max_score,status,isolation,flags,arrays,values"
    assert len(book) == len(SUBMISSIONS) + 1


def test_a_broken_test_costs_nobody_a_point(an_assignment: Write, tmp_path: Path) -> None:
    suite = "def test_fine(submission):\n    assert submission.double(1) == 2\ndef test_broken(submission):\n    undefined\n"
    folder = an_assignment({"tests/hidden/test_values.py": suite})
    (tmp_path / "in").mkdir()
    (tmp_path / "in/ann.py").write_text(RIGHT, encoding="utf-8")
    result = grade_folder(folder, [tmp_path / "in"], tmp_path / "out")["ann"]
    assert (result["status"], result["score"]) == ("ungraded", None)
    assert "NameError" in result["flags"][0]
    assert outcomes(result) == ["passed", "passed", "ungraded"]
    assert ",ungraded," in (tmp_path / "out/gradebook.csv").read_text(encoding="utf-8")
    (folder / "tests/hidden/test_values.py").write_text(suite.replace("undefined", "pass"), encoding="utf-8")
    assert grade_folder(folder, [tmp_path / "in"], tmp_path / "out")["ann"]["score"] == 4


def test_another_suite_means_another_attempt(an_assignment: Write, tmp_path: Path) -> None:
    folder = an_assignment()
    shutil.copy(folder / "solution/double.py", tmp_path / "ann.py")
    first = grade_folder(folder, [tmp_path / "ann.py"], tmp_path / "out")["ann"]
    again = grade_folder(folder, [tmp_path / "ann.py"], tmp_path / "out")["ann"]
    assert first == again
    toml = folder / "assignment.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("points = 4", "points = 8"), encoding="utf-8")
    anew = grade_folder(folder, [tmp_path / "ann.py"], tmp_path / "out")["ann"]
    assert (anew["attempt"], anew["score"]) == (2, 8)


@pytest.mark.parametrize(
    ("statuses", "cut_off", "status"),
    [
        ("passed failed not_reached", False, "graded"),
        ("passed not_reached", True, "partial"),
        ("not_reached", True, "partial"),
        ("passed timeout", False, "partial"),
        ("failed error", False, "partial"),
        ("error memory timeout not_reached", False, "memory"),
        ("error not_reached", True, "error"),
        ("output timeout", False, "output"),
        ("passed ungraded timeout", False, "ungraded"),
    ],
)
def test_the_status_of_a_submission(statuses: str, cut_off: bool, status: str) -> None:
    zero = Fraction(0)
    tests = [TestOutcome("", "", "", "hidden", TestStatus(each), zero, zero) for each in statuses.split()]
    assert status_of(tests, cut_off=cut_off) == status
