"""A hidden suite in this process: collected once, run against any number of submissions of our own."""

import os
import random
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from _pytest.runner import runtestprotocol

from grader import fixtures
from grader.assignment import Assignment
from grader.proxy import Submission, of_submission


@dataclass(frozen=True)
class Result:
    """How one test ended; `fault` says that it was not the submission that ended it."""

    passed: bool
    seconds: float
    message: str
    fault: bool


@dataclass(eq=False)
class Bench:
    """A collected suite; `run` puts a submission on it and gives a result for each test."""

    items: list[pytest.Item]
    _submission: Submission | None = None
    _errors: list[BaseException] = field(default_factory=list)

    def run(self, load: Callable[[], Any], only: Callable[[str], bool] = lambda _: True) -> dict[str, Result]:
        """Run the tests against a submission, which `load` makes anew for each."""
        results = {}
        wanted = [item for item in self.items if only(item.nodeid)]
        for item, following in zip(wanted, [*wanted[1:], None], strict=True):
            _seed()
            self._submission = Submission(load())
            self._errors.clear()
            reports = runtestprotocol(item, log=False, nextitem=following)
            seconds = sum(report.duration for report in reports)
            bad = next((report for report in reports if not report.passed), None)
            if bad is None:
                results[item.nodeid] = Result(True, seconds, "", False)
                continue
            error = self._errors[0] if self._errors else None
            ours = bad.when == "call" and error is not None
            blame = ours and (isinstance(error, pytest.fail.Exception) or of_submission(error))
            results[item.nodeid] = Result(False, seconds, f"{type(error).__name__}: {error}", not blame)
        return results

    def task(self, node: str) -> str:
        return self.mark(node, "task", "")

    def kind(self, node: str) -> str:
        return self.mark(node, "kind", "value")

    def mark(self, node: str, name: str, default: Any) -> Any:
        item = next(item for item in self.items if item.nodeid == node)
        mark = item.get_closest_marker(name)
        return mark.args[0] if mark else default

    def points(self, assignment: Assignment) -> dict[str, Fraction]:
        """The points of each test: those of its task, shared by weight."""
        weights = {item.nodeid: Fraction(str(self.mark(item.nodeid, "points", 1))) for item in self.items}
        shares = {}
        for task in assignment.tasks:
            own = [node for node in weights if self.task(node) == task.id]
            shares |= {node: task.points * weights[node] / sum(weights[each] for each in own) for node in own}
        return shares

    @pytest.fixture
    def submission(self) -> Submission:
        """The submission of `run`, in the place of the plugin's."""
        assert self._submission is not None
        return self._submission

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, call: "pytest.CallInfo[None]") -> None:
        if call.excinfo is not None:
            self._errors.append(call.excinfo.value)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.items[:] = session.items


def _seed() -> None:
    """As a worker begins: what a submission draws without a seed of its own is the same each time."""
    random.seed(0)
    np.random.seed(0)  # what submissions use
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)


def with_bench(assignment: Assignment, use: Callable[[Bench], None], folders: Sequence[str] = ("hidden",)) -> None:
    """Collect the suite of an assignment and hand it to `use`, inside of pytest's session."""
    failures: list[BaseException] = []
    bench = Bench([])

    class Loop:
        def pytest_runtestloop(self, session: pytest.Session) -> bool:
            session.config.option.tbstyle = "value"  # nobody reads the tracebacks, and they take long
            try:
                assert not session.testsfailed, "the suite cannot be collected"
                use(bench)
            except BaseException as error:  # noqa: BLE001  # raised again below, outside of the inner pytest
                failures.append(error)
            return True

    tests = assignment.folder / "tests"
    with _alone(tests):
        code = pytest.main(
            [*(str(tests / folder) for folder in folders), "-s", "--import-mode=importlib", "--strict-markers",
             "-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:faulthandler", "-p", "no:logging", "-p", "no:unraisableexception",
             "-p", "no:threadexception", "-c", os.devnull, "--rootdir", str(tests), "--confcutdir", str(tests)],
            plugins=[fixtures, bench, Loop()],
        )  # fmt: skip
    if failures:
        raise failures[0]
    assert code == pytest.ExitCode.OK


@contextmanager
def _alone(tests: Path) -> Iterator[None]:
    """Nothing compiled is left beside the suite, and a warning in it is not an error of this one.

    pytest imports the files of every suite by the same names, so those of this one must not stay.
    """
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
            warnings.simplefilter("ignore")
            patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
            yield
    finally:
        sys.dont_write_bytecode = before
        for name, module in list(sys.modules.items()):
            if Path(getattr(module, "__file__", None) or "/").is_relative_to(tests):
                del sys.modules[name]
