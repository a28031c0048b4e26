"""A pytest suite, collected once and run test by test against any number of submissions.

The suite runs in the trusted process. pytest does what it always does, with fixtures, parametrisation,
marks and rewritten asserts, but for its loop: `serve` is called in its place and runs the tests it wants.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from _pytest.runner import runtestprotocol

from grader.assignment import Assignment, Task
from grader.errors import SuiteError
from grader.fixtures import InProcess, load, pytest_configure
from grader.proxy import Gone, Submission, of_submission

KINDS = ("value", "shape", "error", "manners", "training")
_OFF = ("cacheprovider", "doctest", "faulthandler", "junitxml", "logging", "pastebin", "terminal",
        "threadexception", "unraisableexception")  # fmt: skip
_OURS = (MemoryError, OSError, SuiteError)
_TEXT = 2000
_FUNCTION = re.compile(r"<(?:built-in )?function (\w+)[^>]*>")  # its address says nothing, and is another each time

_BREAKS = re.compile(r",(?:\\n)+ *")  # between the rows of an array, as pytest's rewritten asserts escape them


@dataclass(frozen=True, slots=True)
class Node:
    """One test of a suite.

    Args:
        id: its name in the suite, as `hidden/test_values.py::test_a[1]`.
        task: that it belongs to.
        title: what a student may read of it.
        kind: what it looks at, one of `KINDS`.
        weight: within its task, among the hidden or among the visible tests.
        visible: whether students have it.
    """

    id: str
    task: str
    title: str
    kind: str
    weight: Fraction
    visible: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a test ended.

    Args:
        passed: whether nothing was found.
        message: what was found, for the people of the course.
        error: the exception, where there is one.
        clear: whether an assertion of the test or an exception of the submission ended it, and nothing else.
    """

    passed: bool
    message: str = ""
    error: BaseException | None = None
    clear: bool = True


class Suite:
    """The tests of an assignment while pytest holds them; `collected` gives one."""

    def __init__(self, assignment: Assignment, serve: Callable[["Suite"], None]) -> None:
        self.assignment = assignment
        self.nodes: tuple[Node, ...] = ()
        self.failure: BaseException | None = None
        self._serve = serve
        self._items: dict[str, pytest.Item] = {}
        self._submission: Submission | None = None
        self._errors: list[BaseException] = []
        self._uncollected: list[str] = []
        self._sound: dict[str, str] = {}

    def run(self, node: Node, submission: Submission) -> Verdict:
        """Run one test against a submission.

        Raises:
            Gone: the submission's process has ended.
            SuiteError: the test is broken: it fails on the solution too, or this machine failed it.
        """
        verdict = self.run_once(node, submission)
        if isinstance(verdict.error, Gone):
            raise verdict.error
        if verdict.clear:
            return verdict
        # it stumbled over what the submission gave, or it is broken
        if isinstance(verdict.error, _OURS):
            raise SuiteError(f"{node.id}: {verdict.message}") from verdict.error
        if node.id not in self._sound:
            self._sound[node.id] = self.run_once(node, Submission(InProcess(self.solution()))).message
        if broken := self._sound[node.id]:
            raise SuiteError(f"{node.id} is broken: on the solution it ends with {broken}")
        return verdict

    def solution(self) -> ModuleType:
        """The assignment's own solution, loaded anew."""
        return load(self.assignment.solution, "reference")

    def run_once(self, node: Node, submission: Submission) -> Verdict:
        """Run one test against a submission, whoever's fault it is that it fails."""
        item = self._items[node.id]
        self._submission = submission
        self._errors.clear()
        # what is set up for a module stays set up for its next test; `nextitem` only asks for a chain of collectors
        item.session._setupstate.teardown_exact(item)  # noqa: SLF001
        parent: Any = item.parent
        reports = runtestprotocol(item, log=False, nextitem=parent)
        failed = next((report for report in reports if not report.passed), None)
        if failed is None:
            return Verdict(passed=True)
        error = self._errors[0] if self._errors else None
        text = str(failed.longrepr) if error is None else _told(error)
        return Verdict(
            False, _FUNCTION.sub(r"\1", text)[:_TEXT], error, clear=failed.when == "call" and _of_submission(error)
        )

    # what pytest calls

    def pytest_configure(self, config: pytest.Config) -> None:
        """Declare the marks; tracebacks, which nobody reads, are made the quick way."""
        pytest_configure(config)
        config.option.tbstyle = "native"

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what could not be collected."""
        if report.failed:
            last = str(report.longrepr).strip().splitlines()[-1]
            self._uncollected.append(f"{report.nodeid}: {last}")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Name the tests: visible ones first, then hidden ones, both in the order of their files."""
        named = [(self._node(item), item) for item in session.items]
        self.nodes = tuple(_in_order([node for node, _ in named], self.assignment.tasks))
        self._items = {node.id: item for node, item in named}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Serve in the place of pytest's own loop."""
        if self._uncollected:
            raise SuiteError(f"the tests cannot be collected: {self._uncollected[0]}")
        _refuse(self.nodes, self.assignment)
        self._serve(self)
        session._setupstate.teardown_exact(None)  # noqa: SLF001
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_cmdline_main(self) -> Iterator[None]:
        """Keep what ended the session: it is raised again outside pytest."""
        try:
            return (yield)
        except BaseException as error:
            self.failure = self.failure or error
            raise

    def pytest_internalerror(self, excinfo: "pytest.ExceptionInfo[BaseException]") -> bool:
        """Keep what ended the session, and print nothing."""
        self.failure = self.failure or excinfo.value
        return True

    def pytest_keyboard_interrupt(self, excinfo: "pytest.ExceptionInfo[BaseException]") -> None:
        """Keep the interrupt."""
        self.failure = self.failure or excinfo.value

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, call: "pytest.CallInfo[None]") -> None:
        """Keep the exception itself: a report has only its text."""
        if call.excinfo is not None:
            self._errors.append(call.excinfo.value)

    @pytest.fixture
    def submission(self) -> Submission | None:
        """The submission that is being graded."""
        return self._submission

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        """Random numbers from the tests themselves and the test's name: equal for all, known to nobody without them."""
        return np.random.default_rng([*bytes.fromhex(self.assignment.suite_sha256), *request.node.nodeid.encode()])

    def _node(self, item: pytest.Item) -> Node:
        name = f"{item.path.parent.name}/{item.path.name}::{item.nodeid.partition('::')[2]}"
        visible = item.path.is_relative_to(self.assignment.folder / "tests" / "visible")
        return Node(
            id=name,
            task=_mark(item, "task", item.path.stem.removeprefix("test_")),
            title=_mark(item, "title", _title(item.name)),
            kind=_mark(item, "kind", "value"),
            weight=Fraction(str(_mark(item, "points", 1))),
            visible=visible,
        )


def collected(assignment: Assignment, serve: Callable[[Suite], None]) -> None:
    """Collect the tests of an assignment and hand them to `serve`; they are gone when it returns.

    Raises:
        SuiteError: they cannot be collected, or do not fit assignment.toml.
    """
    suite = Suite(assignment, serve)
    tests = assignment.folder / "tests"
    folders = [str(folder) for folder in (tests / "visible", tests / "hidden") if folder.is_dir()]
    off = [word for name in _OFF for word in ("-p", f"no:{name}")]
    with _by_itself():
        code = pytest.main(
            [*folders, *off, "-s", "--import-mode=importlib", "--strict-markers", "--rootdir", str(tests),
             "-c", os.devnull, "--confcutdir", str(tests)],
            plugins=[suite, _session_fixtures(suite)],
        )  # fmt: skip
    if suite.failure is not None:
        raise suite.failure
    if code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        raise SuiteError(f"pytest cannot run the tests of {assignment.slug} (exit code {code})")


def shares(nodes: Iterable[Node], tasks: Iterable[Task]) -> dict[str, Fraction]:
    """The points of each test, by id: a task's hidden tests share its points by weight, its visible tests their part.

    >>> from types import SimpleNamespace
    >>> task = SimpleNamespace(id="a", points=Fraction(6), visible_share=Fraction(0))
    >>> tests = [Node(id, "a", "", "value", Fraction(weight), False) for id, weight in (("1", 1), ("2", 2))]
    >>> shares(tests, [task])
    {'1': Fraction(2, 1), '2': Fraction(4, 1)}
    """
    nodes = list(nodes)
    pools = {}
    for task in tasks:
        pools[task.id, True] = task.points * task.visible_share
        pools[task.id, False] = task.points * (1 - task.visible_share)
    weights: dict[tuple[str, bool], Fraction] = {}
    for node in nodes:
        weights[node.task, node.visible] = weights.get((node.task, node.visible), Fraction(0)) + node.weight
    return {
        node.id: pools[node.task, node.visible] * node.weight / (weights[node.task, node.visible] or 1)
        for node in nodes
    }


def _in_order(nodes: list[Node], tasks: tuple[Task, ...]) -> list[Node]:
    """Visible tests first, then hidden ones, those of a task behind those of the tasks that it comes after."""
    after = {task.id: task.after for task in tasks}

    def depth(task: str) -> int:
        return max((depth(other) + 1 for other in after.get(task, ())), default=0)

    return sorted(nodes, key=lambda node: (not node.visible, depth(node.task)))


def _refuse(nodes: tuple[Node, ...], assignment: Assignment) -> None:
    known = {task.id for task in assignment.tasks}
    for node in nodes:
        if node.task not in known:
            raise SuiteError(f"{node.id}: there is no task {node.task!r} in {assignment.slug}/assignment.toml")
        if node.kind not in KINDS:
            raise SuiteError(f"{node.id}: the kind {node.kind!r} is none of {', '.join(KINDS)}")
        if node.weight < 0:
            raise SuiteError(f"{node.id}: points({node.weight}) is less than nothing")
    for task in known:
        if not sum(node.weight for node in nodes if node.task == task and not node.visible):
            raise SuiteError(f"{assignment.slug}: task {task!r} has no hidden test with points")


def _told(error: BaseException) -> str:
    """The exception as people know it; a KeyError's own text has quotation marks around it."""
    text = error.args[0] if isinstance(error, KeyError) and error.args else error
    return f"{type(error).__name__}: {_BREAKS.sub(', ', str(text))}"


def _of_submission(error: BaseException | None) -> bool:
    return error is not None and (isinstance(error, pytest.fail.Exception) or of_submission(error))


def _session_fixtures(suite: Suite) -> ModuleType:
    """A plugin with what is set up once; pytest wants such fixtures to be no methods."""

    @pytest.fixture(scope="session")
    def reference() -> ModuleType:
        """The assignment's own solution."""
        return suite.solution()

    plugin = ModuleType("session_fixtures")
    vars(plugin)["reference"] = reference
    return plugin


@contextmanager
def _by_itself() -> Iterator[None]:
    """No plugins of whatever else is installed, no compiled tests left on the disk, no module of another suite."""
    environment = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    compiled, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    modules: Mapping[str, ModuleType] = dict(sys.modules)
    try:
        yield
    finally:
        for name in sys.modules.keys() - modules.keys():
            if name.partition(".")[0] in ("visible", "hidden", "tests", "conftest"):
                del sys.modules[name]
        sys.dont_write_bytecode = compiled
        os.environ.pop("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
        if environment is not None:
            os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = environment


def _mark(item: pytest.Item, name: str, default: Any) -> Any:
    mark = item.get_closest_marker(name)
    return mark.args[0] if mark and mark.args else default


def _title(name: str) -> str:
    """A test's name as words: test_stride_and_padding[2] becomes "stride and padding"."""
    return name.partition("[")[0].removeprefix("test_").replace("_", " ")
