"""Every assignment's hidden suite has teeth: what is right passes, what is wrong fails where it should.

The submissions are our own, so they run in this process; behind the wall `assignment check` does the same.
"""

import inspect
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from grader import assignment
from grader.assignment import Assignment, Wrong
from grader.fakes import SPOILS, Deaf, Fake
from grader.fixtures import InProcess, load
from grader.proxy import Reply
from grader.suite import KINDS

from .in_process import Bench, Result, with_bench

SLUGS = assignment.slugs()
RIGHT = Path(__file__).with_name("right")
SLOWEST = 2.0
TRAINED = 8  # of the wrong and right submissions every eighth is trained by default

Results = dict[str, Result]


def right_ones(slug: str) -> list[Path]:
    return sorted((RIGHT / slug).glob("*.py"))


def of_file(path: Path) -> Callable[[], InProcess]:
    return lambda: InProcess(load(path, "submission"))


@dataclass
class Examined:
    """All that was run against one suite."""

    assignment: Assignment
    task: dict[str, str]
    kind: dict[str, str]
    points: dict[str, Fraction]
    solution: list[Results]
    starter: Results
    wrong: dict[str, Results]
    right: dict[str, Results]
    fakes: dict[str, list[tuple[str, bool, bool]]]  # for each test: its id, whether it passed, whether the fake lied

    def failed_tasks(self, results: Results) -> list[str]:
        failed = {self.task[node] for node, result in results.items() if not result.passed}
        return [task.id for task in self.assignment.tasks if task.id in failed]


@cache
def examined(slug: str, *, whole: bool) -> Examined:
    """One pytest session for everything that is asked about an assignment; training takes long, and is left to some."""
    return examine(assignment.find(slug), right_ones(slug), trained=1 if whole else TRAINED)


def examine(it: Assignment, right: list[Path], trained: int = 1) -> Examined:
    found: list[Examined] = []

    def use(bench: Bench) -> None:
        nodes = [item.nodeid for item in bench.items]
        quick = frozenset(node for node in nodes if bench.kind(node) != "training")

        def run(number: int, path: Path) -> Results:
            return bench.run(of_file(path), (lambda _: True) if number % trained == 0 else quick.__contains__)

        found.append(
            Examined(
                assignment=it,
                task={node: bench.task(node) for node in nodes},
                kind={node: bench.kind(node) for node in nodes},
                points=bench.points(it),
                solution=[bench.run(of_file(it.solution)) for _ in range(2)],
                starter=bench.run(of_file(it.starter)),
                wrong={wrong.name: run(number, wrong.path) for number, wrong in enumerate(it.wrong)},
                right={path.stem: run(number, path) for number, path in enumerate(right)},
                fakes={name: list(against_fake(bench, make, it.solution, quick)) for name, make in fakes(it)},
            )
        )

    with_bench(it, use)
    return found[0]


def fakes(it: Assignment) -> Iterator[tuple[str, Callable[[InProcess], Fake | Deaf]]]:
    """The ways to spoil an answer, and the solution without each of its arguments that have a number by default."""
    for name, spoil in SPOILS.items():
        yield name, lambda solution, spoil=spoil: Fake(solution, spoil)
    for function in (vars(load(it.solution, "reference"))[name] for name in it.names):
        for place, parameter in enumerate(inspect.signature(function).parameters.values()):
            if type(parameter.default) is int:
                name, default = parameter.name, parameter.default
                yield (
                    f"without_{name}",
                    lambda solution, name=name, place=place, default=default: Deaf(solution, name, place, default),
                )


def against_fake(
    bench: Bench, make: Callable[[InProcess], Fake | Deaf], solution: Path, nodes: Collection[str]
) -> Iterator[tuple[str, bool, bool]]:
    made: list[Fake | Deaf] = []

    def fresh() -> Fake | Deaf:
        made.append(make(InProcess(load(solution, "reference"))))
        return made[-1]

    for (node, result), fake in zip(bench.run(fresh, nodes.__contains__).items(), made, strict=True):
        yield node, result.passed, fake.lied


def taken_in(found: Examined, name: str) -> list[str]:
    """The value tests that pass a fake, though it answered wrongly, or though it never answers rightly."""
    return [
        node
        for node, passed, lied in found.fakes[name]
        if passed and found.kind[node] == "value" and (lied or name in SPOILS)
    ]


def failures(results: Results) -> dict[str, str]:
    return {node: result.message for node, result in results.items() if not result.passed}


WRONG = [
    pytest.param(slug, wrong, id=f"{slug}-{wrong.name}") for slug in SLUGS for wrong in assignment.find(slug).wrong
]
RIGHTS = [pytest.param(slug, path.stem, id=f"{slug}-{path.stem}") for slug in SLUGS for path in right_ones(slug)]
FAKES = [pytest.param(slug, name, id=f"{slug}-{name}") for slug in SLUGS for name, _ in fakes(assignment.find(slug))]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_suite_fits_the_assignment(slug: str, *, nightly: bool) -> None:
    found = examined(slug, whole=nightly)
    assert set(found.task.values()) == {task.id for task in found.assignment.tasks}
    assert set(found.kind.values()) <= set(KINDS)
    assert sum(found.points.values()) == found.assignment.points
    for kind in ("error", "shape"):
        share = sum(points for node, points in found.points.items() if found.kind[node] == kind)
        assert share <= found.assignment.points / 10, f"{kind}: {share} points"


@pytest.mark.parametrize("slug", SLUGS)
def test_the_solution_passes_each_time(slug: str, *, nightly: bool) -> None:
    for results in examined(slug, whole=nightly).solution:
        assert failures(results) == {}


@pytest.mark.parametrize("slug", SLUGS)
def test_the_starter_scores_nothing(slug: str, *, nightly: bool) -> None:
    found = examined(slug, whole=nightly)
    assert [node for node, result in found.starter.items() if result.passed] == []
    assert not any(result.fault for result in found.starter.values())


@pytest.mark.parametrize(("slug", "wrong"), WRONG)
def test_a_wrong_submission_fails_what_it_declares(slug: str, wrong: Wrong, *, nightly: bool) -> None:
    found = examined(slug, whole=nightly)
    results = found.wrong[wrong.name]
    results = {node: result for node, result in results.items() if found.task[node] not in wrong.may_fail}
    tested = {found.task[node] for node in results}
    declared = [task.id for task in found.assignment.tasks if task.id in wrong.fails and task.id in tested]
    assert found.failed_tasks(results) == declared
    assert [(node, result.message) for node, result in results.items() if result.fault] == []


@pytest.mark.parametrize(("slug", "wrong"), WRONG)
def test_a_wrong_submission_says_what_is_wrong(slug: str, wrong: Wrong) -> None:
    first, _, rest = wrong.path.read_text(encoding="utf-8").partition("\n")
    assert first.startswith("# What: ")
    assert first.removeprefix("# What: ").casefold() + "." == wrong.what["en"].casefold()
    assert "# What" not in rest


@pytest.mark.parametrize(("slug", "name"), RIGHTS)
def test_every_right_style_gets_full_marks_in_time(slug: str, name: str, *, nightly: bool) -> None:
    results = examined(slug, whole=nightly).right[name]
    assert failures(results) == {}
    assert max(result.seconds for result in results.values()) < SLOWEST


@pytest.mark.parametrize(("slug", "name"), FAKES)
def test_no_value_test_takes_a_fake_for_work(slug: str, name: str, *, nightly: bool) -> None:
    assert taken_in(examined(slug, whole=nightly), name) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_each_task_is_failed_alone_by_some_wrong_submission(slug: str) -> None:
    """So its tests find something that no other task finds."""
    it = assignment.find(slug)
    alone = {wrong.fails[0] for wrong in it.wrong if len(wrong.fails) == 1}
    with_others = {task for wrong in it.wrong for task in wrong.fails}
    assert with_others == {task.id for task in it.tasks}
    assert len(alone) * 2 >= len(it.tasks)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_visible_tests_run_on_the_submission_alone(slug: str) -> None:
    """They pass the solution, fail the starter, and import nothing of ours or of pytest."""
    it = assignment.find(slug)

    def use(bench: Bench) -> None:
        assert failures(bench.run(of_file(it.solution))) == {}
        assert not any(result.passed for result in bench.run(of_file(it.starter)).values())
        for path in (it.starter, *(wrong.path for wrong in it.wrong)):
            faults = [result.message for result in bench.run(of_file(path)).values() if result.fault]
            assert faults == []

    with_bench(it, use, folders=["visible"])
    for path in (it.folder / "tests" / "visible").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "pytest" not in text
        assert "grader" not in text


@pytest.mark.parametrize("slug", SLUGS)
def test_an_author_runs_the_suite_with_plain_pytest(slug: str) -> None:
    it = assignment.find(slug)
    done = subprocess.run(
        [sys.executable, "-B", "-m", "pytest", "-q", "-p", "grader.fixtures", "-p", "no:cacheprovider", "--submission",
         str(it.starter), str(it.folder / "tests" / "hidden" / f"test_{it.tasks[0].id}.py")],
        capture_output=True, text=True, check=False, cwd=assignment.ASSIGNMENTS.parent,
    )  # fmt: skip
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    assert " passed" not in done.stdout.splitlines()[-1]


def test_a_suite_without_teeth_is_found_out(an_assignment: Callable[..., Path]) -> None:
    suite = """
        import numpy as np, pytest
        pytestmark = pytest.mark.task("values")
        def test_shape_only(submission):
            assert submission.double(np.array([1.0, 2.0])).shape == (2,)
        def test_finite(submission):
            assert np.isfinite(submission.double(np.array([1.0, 2.0]))).all()
        def test_numbers(submission):
            assert np.array_equal(submission.double(np.array([1.0, 2.0])), [2.0, 4.0])
    """
    found = examine(assignment.read(an_assignment({"tests/hidden/test_values.py": suite})), [])
    caught = {name: [node.partition("::")[2] for node in taken_in(found, name)] for name in found.fakes}
    assert caught["zeros"] == caught["scaled"] == caught["shape_only"] == ["test_shape_only", "test_finite"]
    assert caught["nan"] == ["test_shape_only"]
    assert found.failed_tasks(found.wrong["triples"]) == ["values"]


def test_a_fault_of_the_suite_is_not_the_submissions(an_assignment: Callable[..., Path]) -> None:
    suite = """
        import numpy as np, pytest
        pytestmark = pytest.mark.task("values")
        @pytest.fixture
        def broken():
            raise AssertionError("in a fixture")
        def test_fixture(submission, broken): ...
        def test_name(submission):
            undefined
        def test_student(submission):
            submission.double("text", 2)
    """
    found = examine(assignment.read(an_assignment({"tests/hidden/test_values.py": suite})), [])
    assert [result.fault for result in found.solution[0].values()] == [True, True, False]


def test_an_argument_is_dropped_by_name_and_by_place() -> None:
    class Solution(InProcess):
        def __init__(self) -> None: ...

        def call(self, name: str, args: Any, kwargs: Any) -> Reply:
            return Reply([list(args), dict(kwargs)])

    deaf = Deaf(Solution(), "stride", 1, 1)
    assert deaf.call("f", ["x", 1], {"padding": 2}).value == [["x", 1], {"padding": 2}]
    assert deaf.call("f", ["x", 3, 2], {}).value == [["x", 1, 2], {}]
    assert deaf.call("f", ["x"], {"stride": 3, "padding": 2}).value == [["x"], {"padding": 2}]
