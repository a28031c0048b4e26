"""`assignment check`: an assignment that holds, and every way in which one does not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from grader import assignment
from grader.batch import Options
from grader.check import Checked, check

from .conftest import TOML

Write = Callable[..., Path]
HEAD = """
import itertools, numpy as np, pytest
pytestmark = pytest.mark.task("values")
def right(submission):
    return np.array_equal(submission.double(np.array([1.0, 2.0])), [2.0, 4.0])
"""
OPTIONS = Options(jobs=1, require="basic")


def of(folder: Path) -> Checked:
    done: list[tuple[int, int]] = []
    checked = check(assignment.read(folder), OPTIONS, lambda *count: done.append(count))
    submissions = 4 + checked.wrong  # the solution three times, and the starter
    assert done == [(number, submissions) for number in range(1, submissions + 1)]
    return checked


def test_an_assignment_that_holds(an_assignment: Write) -> None:
    folder = an_assignment()
    before = sorted(folder.rglob("*"))
    checked = of(folder)
    assert list(checked.lines()) == ["double: 1 hidden and 1 visible tests, 1 wrong submission, 13 fakes: holds"]
    assert checked.row() == {
        "assignment": "double",
        "hidden_tests": 1,
        "visible_tests": 1,
        "wrong": 1,
        "fakes": 13,
        "passed_by_fakes": {},
        "problems": [],
    }
    assert sorted(folder.rglob("*")) == before


def test_everything_at_once_that_does_not_hold(an_assignment: Write) -> None:
    """The starter scores, two wrong ones fail too little and too much, fakes and luck pass, an error test weighs a lot."""
    suite = f"""{HEAD}
count = itertools.count(1)
def test_right(submission):
    assert right(submission)
def test_shape_alone(submission):
    assert submission.double(np.array([1.0, 2.0])).shape == (2,)
def test_by_luck(submission):
    assert right(submission)
    assert next(count) != 2
@pytest.mark.kind("error")
@pytest.mark.parametrize("x", [None, {{}}])
@pytest.mark.points(0.5)
def test_error(submission, x):
    with pytest.raises(TypeError):
        submission.double(x)
@pytest.mark.kind("shape")
@pytest.mark.points(0.4)
def test_shape(submission):
    assert submission.double(np.array([1.0, 2.0])).shape == (2,)
"""
    more = """
def test_three(submission):
    assert list(submission.double(np.array([3.0, 4.0]))) == [6.0, 8.0]
"""
    task = '[[task]]\nid = "more"\npoints = 1\ntitle = { en = "a", he = "b", ru = "c", da = "d" }\n\n[[wrong]]'
    second = '\n[[wrong]]\nname = "adds"\nwhat = "Adds instead of multiplying."\nfails = ["values"]\n'
    checked = of(
        an_assignment(
            {
                "assignment.toml": TOML.replace("[[wrong]]", task) + second,
                "tests/hidden/test_values.py": suite,
                "tests/hidden/test_more.py": HEAD.replace("values", "more") + more,
                "starter/double.py": "def double(x):\n    return x\n",
                "wrong/adds/double.py": "# What: adds instead of multiplying\ndef double(x):\n    return x + x\n",
            }
        )
    )
    problems = dict(problem.split(": ", 1) if ": " in problem else (problem, "") for problem in checked.problems)
    assert problems == {
        "the solution gets 4.0909 of 5": "hidden/test_values.py::test_by_luck failed (1 of 3 times)",
        "the starter gets 1.2727 of 5, expected 0": "",
        "wrong/triples fails values, more, declared are values": "",
        "wrong/adds fails nothing, declared are values": "",
        "tests of the kind error carry 0.9091 points together, at most 0.5 may": "",
        "hidden/test_values.py::test_shape_alone": problems.get("hidden/test_values.py::test_shape_alone"),
    }
    assert "a value test that zeros, nan, ones," in str(problems["hidden/test_values.py::test_shape_alone"])
    assert checked.passed_by_fakes.keys() == {
        "hidden/test_values.py::test_shape_alone",
        "hidden/test_values.py::test_shape",
        "hidden/test_values.py::test_error[None]",
        "hidden/test_values.py::test_error[x1]",
    }
    first, *lines = checked.lines()
    assert first.endswith("2 wrong submissions, 13 fakes: 6 to mend")
    assert lines == [
        "  passed by some fake, as no value test may be:",
        "    hidden/test_values.py::test_shape_alone",
        "    hidden/test_values.py::test_error, 2 cases",
        "    hidden/test_values.py::test_shape",
        *(f"  MEND: {problem}" for problem in checked.problems),
    ]


def test_a_test_that_is_broken_and_a_starter_that_does_not_load(an_assignment: Write) -> None:
    suite = f"{HEAD}def test_broken(submission):\n    assert right(submission)\n    nowhere\n"
    checked = of(an_assignment({"tests/hidden/test_values.py": suite, "starter/double.py": "double = 1 / 0\n"}))
    solution, starter = checked.problems
    assert solution.startswith("the solution could not be graded: hidden/test_values.py::test_broken")
    assert solution.endswith("on the solution it ends with NameError: name 'nowhere' is not defined")
    assert starter.startswith(
        "the starter ends with error, expected is one that loads: Cell 1 stopped with ZeroDivision"
    )
    assert not any("\n" in line for line in checked.lines())


def test_a_solution_that_does_not_load_is_told_before_anything_is_graded(an_assignment: Write) -> None:
    folder = an_assignment({"solution/double.py": "import nowhere\n"})
    [problem] = check(assignment.read(folder), OPTIONS, lambda *_: pytest.fail("something was graded")).problems
    assert problem == "the solution cannot be loaded: ModuleNotFoundError: No module named 'nowhere'"
