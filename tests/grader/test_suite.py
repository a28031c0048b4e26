"""A suite collected by the real pytest and run test by test: names, order, points, verdicts, faults."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader import assignment
from grader.errors import SuiteError
from grader.fixtures import InProcess, load
from grader.proxy import Caller, Gone, Reply, Submission
from grader.suite import Node, Suite, Verdict, collected, shares

TWO_TASKS = """
schema = 1
id = "double"
version = 1
names = ["double"]
libraries = ["numpy"]
title = { en = "Twice", he = "פעמיים", ru = "Вдвое", da = "To gange" }
files = { starter = "starter/double.py", solution = "solution/double.py", handout = "handout.{lang}.md" }

[[task]]
id = "arrays"
points = 4
after = ["values"]
title = { en = "Arrays", he = "מערכים", ru = "Массивы", da = "Arrays" }

[[task]]
id = "values"
points = 6
visible_share = 0.5
title = { en = "Values", he = "ערכים", ru = "Значения", da = "Værdier" }
"""
ARRAYS = """
import numpy as np, pytest
pytestmark = pytest.mark.task("arrays")
@pytest.mark.points(3)
@pytest.mark.title("a row")
@pytest.mark.kind("manners")
def test_row(submission):
    assert submission.double(np.ones(2)).shape == (2,)
@pytest.mark.parametrize("size", [2, 3])
def test_of_some_size(submission, size, rng):
    x = rng.normal(size=size)
    assert np.array_equal(submission.double(x), 2 * x)
"""
VALUES = """
import pytest
pytestmark = pytest.mark.task("values")
def test_three(submission, reference):
    assert submission.double(3) == reference.double(3)
"""
FILES = {
    "assignment.toml": TWO_TASKS,
    "tests/hidden/test_arrays.py": ARRAYS,
    "tests/hidden/test_values.py": VALUES,
    "wrong/triples/double.py": None,
}
Write = Callable[..., Path]


def run(folder: Path, use: Callable[[Suite], Any]) -> Any:
    found: list[Any] = []
    collected(assignment.read(folder), lambda suite: found.append(use(suite)))
    return found[0]


def by_id(suite: Suite, end: str) -> Node:
    return next(node for node in suite.nodes if node.id.endswith(end))


def submission(code: str) -> Submission:
    namespace: dict[str, Any] = {}
    exec(code, namespace)

    class Module:
        double = staticmethod(namespace["double"])

    return Submission(InProcess(Module))  # type: ignore[arg-type]


class Raises(Caller):
    """A caller whose every call ends so."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def names(self) -> list[str]:
        return ["double"]

    def call(self, name: str, args: Any, kwargs: Any) -> Reply:
        raise self.error


def test_visible_tests_come_first_and_a_task_after_those_that_it_follows(an_assignment: Write) -> None:
    nodes = run(an_assignment(FILES), lambda suite: suite.nodes)
    assert [node.id for node in nodes] == [
        "visible/test_values.py::test_zero",
        "hidden/test_values.py::test_three",
        "hidden/test_arrays.py::test_row",
        "hidden/test_arrays.py::test_of_some_size[2]",
        "hidden/test_arrays.py::test_of_some_size[3]",
    ]
    assert nodes[2] == Node(nodes[2].id, "arrays", "a row", "manners", Fraction(3), visible=False)
    assert nodes[3] == Node(nodes[3].id, "arrays", "of some size", "value", Fraction(1), visible=False)
    assert [node.visible for node in nodes] == [True, False, False, False, False]


def test_points_are_shared_by_weight_and_visible_tests_have_their_part(an_assignment: Write) -> None:
    it = assignment.read(an_assignment(FILES))
    points = shares(run(it.folder, lambda suite: suite.nodes), it.tasks)
    assert list(points.values()) == [3, 3, Fraction(12, 5), Fraction(4, 5), Fraction(4, 5)]


def test_tests_run_in_any_order_any_number_of_times(an_assignment: Write) -> None:
    def use(suite: Suite) -> list[bool]:
        right, wrong = submission("def double(x): return x * 2"), submission("def double(x): return x * 3")
        order = [*suite.nodes, *reversed(suite.nodes), suite.nodes[3], suite.nodes[0], suite.nodes[3]]
        return [suite.run(node, each).passed for node in order for each in (right, wrong)]

    passed = run(an_assignment(FILES), use)
    assert passed[::2] == [True] * 13
    assert passed[1::2] == [True, False, True, False, False, False, False, True, False, True, False, True, False]


def test_random_numbers_are_the_tests_own_and_the_same_each_time(an_assignment: Write) -> None:
    suite = """
        seen = []
        def test_a(rng): seen.append(rng.integers(2**60))
        def test_b(rng): seen.append(rng.integers(2**60))
        def test_seen(submission):
            submission.double(seen)
    """
    folder = an_assignment({"tests/hidden/test_values.py": suite})

    def use(suite: Suite) -> list[int]:
        told: list[list[int]] = []

        class Tells(Raises):
            def call(self, name: str, args: Any, kwargs: Any) -> Reply:
                told.append(args[0])
                return Reply(None)

        for end in ("test_a", "test_b", "test_a", "test_seen"):
            suite.run(by_id(suite, end), Submission(Tells(ValueError())))
        return told[0]

    first, second, again = run(folder, use)
    assert first == again != second
    assert run(folder, use) == [first, second, again]
    another = an_assignment({"tests/hidden/test_values.py": f"{suite}    # another suite"})
    assert not {first, second} & set(run(another, use))


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("def double(x): return x * 3", "AssertionError: assert 9 == 6"),
        ("def double(x): raise KeyError('no')", "KeyError: 'no'"),
        ("def double(x): raise type('Odd', (Exception,), {})('no')", "StudentError: Odd: no"),
    ],
)
def test_what_a_test_finds_is_told(an_assignment: Write, code: str, message: str) -> None:
    verdict: Verdict = run(an_assignment(FILES), lambda suite: suite.run(by_id(suite, "test_three"), submission(code)))
    assert not verdict.passed
    assert verdict.message.startswith(message)
    assert " at 0x" not in verdict.message


def test_a_test_that_stumbles_over_what_the_submission_gave_is_no_fault_of_the_suite(an_assignment: Write) -> None:
    verdict: Verdict = run(
        an_assignment(FILES), lambda suite: suite.run(by_id(suite, "test_row"), submission("def double(x): return 3"))
    )
    assert (verdict.passed, verdict.clear) == (False, False)
    assert verdict.message == "AttributeError: 'int' object has no attribute 'shape'"


@pytest.mark.parametrize(
    ("suite", "words"),
    [
        ("def test_x(submission): undefined", "on the solution it ends with NameError"),
        ("def test_x(nowhere): ...", "FixtureLookupError: .'nowhere'"),
        ("import pytest\n@pytest.fixture\ndef odd(): assert 0\ndef test_x(odd): ...", "AssertionError"),
        ("def test_x(submission): open('/nowhere/at/all')", "FileNotFoundError"),
    ],
)
def test_a_broken_test_is_a_fault_of_ours(an_assignment: Write, suite: str, words: str) -> None:
    right = submission("def double(x): return x * 2")
    folder = an_assignment({"tests/hidden/test_values.py": suite})
    with pytest.raises(SuiteError, match=words):
        run(folder, lambda it: it.run(by_id(it, "test_x"), right))


def test_a_worker_that_is_gone_ends_the_test_whatever_it_catches(an_assignment: Write) -> None:
    suite = """
        import pytest
        def test_x(submission):
            with pytest.raises(Exception):
                submission.double(1)
    """
    folder = an_assignment({"tests/hidden/test_values.py": suite})
    with pytest.raises(Gone):
        run(folder, lambda it: it.run(by_id(it, "test_x"), Submission(Raises(Gone("it ended")))))


@pytest.mark.parametrize(
    ("suite", "words"),
    [
        ("import nowhere", "No module named 'nowhere'"),
        ("def test_x(:", "SyntaxError"),
        ("import pytest\n@pytest.mark.kind('odd')\ndef test_x(submission): ...", "the kind 'odd' is none of"),
        ("import pytest\n@pytest.mark.points(-1)\ndef test_x(submission): ...", "less than nothing"),
        ("import pytest\n@pytest.mark.points(0)\ndef test_x(submission): ...", "no hidden test with points"),
        ("x = 1", "no hidden test with points"),
        ("import pytest\n@pytest.mark.unheard\ndef test_x(submission): ...", "unheard"),
    ],
)
def test_a_suite_that_does_not_fit_is_refused_before_anything_runs(
    an_assignment: Write, suite: str, words: str
) -> None:
    folder = an_assignment({"tests/hidden/test_values.py": suite})
    with pytest.raises(SuiteError, match=words):
        run(folder, lambda _: pytest.fail("it was served"))


def test_two_suites_with_files_of_the_same_names(an_assignment: Write) -> None:
    first = an_assignment()
    for number in range(2):
        passed = run(first, lambda it: it.run(by_id(it, "test_numbers"), Submission(InProcess(it.solution()))).passed)
        assert passed
        (first / "tests/hidden/test_values.py").write_text(
            f"def test_numbers(submission):\n    assert submission.double({number}) == {2 * number}\n", encoding="utf-8"
        )


def test_nothing_compiled_is_left_beside_a_suite(an_assignment: Write) -> None:
    folder = an_assignment()
    run(folder, lambda suite: suite.nodes)
    assert list(folder.rglob("__pycache__")) == []


def test_what_is_raised_while_serving_comes_out(an_assignment: Write) -> None:
    def broken(_: Suite) -> None:
        raise SuiteError("it ended")

    with pytest.raises(SuiteError, match="it ended"):
        collected(assignment.read(an_assignment()), broken)


def test_the_solution_is_loaded_anew_each_time(an_assignment: Write) -> None:
    first, second = run(an_assignment(), lambda suite: (suite.solution(), suite.solution()))
    assert first is not second
    assert first.double(2) == load(an_assignment() / "solution/double.py", "again").double(2) == 4


def test_a_relative_path_or_a_link_to_the_assignment_changes_nothing(
    an_assignment: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = an_assignment({})
    (folder.parent / "link").symlink_to(folder)
    monkeypatch.chdir(folder.parent)
    found: list[tuple[Node, ...]] = []
    for path in (folder, Path(folder.name), Path("link")):
        collected(assignment.read(path), lambda suite: found.append(suite.nodes))
    assert found[0] == found[1] == found[2]
    assert [node.visible for node in found[0]] == [True, False]
