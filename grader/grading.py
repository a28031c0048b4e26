"""One submission against one suite: an attempt, whatever the submission does.

What a submission does is data and has a status. What is raised is ours: nothing is known of the
submission then, and it must be graded again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from time import monotonic

from grader.behind import Workers
from grader.errors import SuiteError
from grader.escaping import printable
from grader.intake import Submission as Sent
from grader.otter_bridge import Otter
from grader.proxy import LOCAL, Gone, MissingError, StudentError, Submission, UnsupportedError, of_submission
from grader.records import Attempt, Status, TestOutcome, TestStatus, status_of
from grader.sandbox import Ended, Loaded, Lost, Zygotes
from grader.suite import Node, Suite, Verdict, shares

_SHOWN = 4000


class Grading:
    """A suite and the zygotes that its submissions run behind.

    Args:
        suite: collected.
        zygotes: for the libraries that the assignment allows.
        otter: counts the points.
    """

    def __init__(self, suite: Suite, zygotes: Zygotes, otter: Otter) -> None:
        self._suite = suite
        self._assignment = suite.assignment
        self._zygotes = zygotes
        self._otter = otter
        self._points = shares(suite.nodes, suite.assignment.tasks)

    def grade(self, sent: Sent, attempt: int, nodes: Sequence[Node] | None = None) -> Attempt:
        """Grade a submission.

        Args:
            sent: as it was read.
            attempt: its number.
            nodes: only these tests; all unless given.

        Raises:
            Lost: a worker or the zygote was killed by somebody else.
            MachineError: this machine cannot.
            SuiteError: otter and we do not count the same points.
        """
        began = monotonic()
        if sent.rejected:
            return self._attempt(sent, attempt, Status.REJECTED, (), sent.rejected, began)
        chosen = self._suite.nodes if nodes is None else nodes
        with Workers(self._zygotes, sent.cells, self._assignment.limits) as workers:
            try:
                loaded = workers.load()
            except Ended as ended:
                tests = self._none_reached(chosen, f"loading the submission ended early: {ended.reason}")
                told = _told(workers.output, [f"Loading the submission ended early: {ended.reason}."])
                return self._attempt(sent, attempt, Status(ended.status), tests, told, began)
            told = _told(workers.output, _problems(loaded, self._assignment.names))
            if not set(self._assignment.names) & set(loaded.names):
                tests = self._none_reached(chosen, f"nothing that the assignment asks for is defined{_missing(loaded)}")
                return self._attempt(sent, attempt, Status.ERROR, tests, told, began)
            faults: list[str] = []
            tests = tuple(self._tests(chosen, workers, _missing(loaded), faults))
            cut_off = bool(workers.used_up) and any(test.status is TestStatus.NOT_REACHED for test in tests)
        return self._attempt(sent, attempt, status_of(tests, cut_off=cut_off), tests, told, began, faults)

    def replay(self, sent: Sent, node: Node) -> tuple[TestStatus, str]:
        """Run one test again and say in full how it ended, for people of the course.

        Raises:
            Lost, MachineError: as for `grade`.
        """
        if sent.rejected:
            return TestStatus.ERROR, sent.rejected
        with Workers(self._zygotes, sent.cells, self._assignment.limits) as workers:
            try:
                loaded = workers.load()
                return self._outcome(node, workers, _missing(loaded), in_full=True)
            except Ended as ended:
                return TestStatus(ended.status), ended.reason

    def _tests(self, nodes: Iterable[Node], workers: Workers, missing: str, faults: list[str]) -> Iterator[TestOutcome]:
        done: list[TestOutcome] = []
        after = {task.id: task.after for task in self._assignment.tasks}
        for node in nodes:
            began = monotonic()
            if waits := [task for task in after[node.task] if _lost_points(task, done)]:
                status, message = TestStatus.NOT_REACHED, f"comes after {', '.join(waits)}, which did not pass"
            elif used_up := workers.used_up:
                status, message = TestStatus.NOT_REACHED, used_up
            else:
                try:
                    status, message = self._outcome(node, workers, missing)
                except Ended as ended:
                    status, message = TestStatus(ended.status), ended.reason
                except Lost:
                    raise
                except SuiteError as error:
                    faults.append(str(error))
                    status, message = TestStatus.UNGRADED, "this test could not be graded, by no fault of yours"
            outcome = self._row(node, status, message, monotonic() - began)
            done.append(outcome)
            yield outcome

    def _outcome(self, node: Node, workers: Workers, missing: str, *, in_full: bool = False) -> tuple[TestStatus, str]:
        with workers.behind(node.task) as behind:
            try:
                verdict = self._suite.run(node, Submission(behind, missing))
            except Gone:
                verdict = Verdict(passed=False)
        if isinstance(behind.ended, Lost):
            raise behind.ended
        if behind.ended is not None:
            return TestStatus(behind.ended.status), behind.ended.reason
        if verdict.passed:
            return TestStatus.PASSED, ""
        return TestStatus.FAILED, verdict.message if node.visible or in_full else _hint(verdict.error)

    def _row(self, node: Node, status: TestStatus, message: str, seconds: float) -> TestOutcome:
        shown = {task.id: task.visibility for task in self._assignment.tasks}[node.task]
        points = self._points[node.id]
        earned: Mapping[TestStatus, Fraction | None] = {TestStatus.PASSED: points, TestStatus.UNGRADED: None}
        return TestOutcome(
            name=node.id,
            task=node.task,
            title=node.title,
            visibility="visible" if node.visible else shown,
            status=status,
            points=earned.get(status, Fraction(0)),
            max_points=points,
            message=printable(message)[:_SHOWN],
            seconds=seconds,
            given=node.visible,
        )

    def _none_reached(self, nodes: Iterable[Node], message: str) -> tuple[TestOutcome, ...]:
        return tuple(self._row(node, TestStatus.NOT_REACHED, message, 0.0) for node in nodes)

    def _attempt(
        self,
        sent: Sent,
        attempt: int,
        status: Status,
        tests: tuple[TestOutcome, ...],
        told: str,
        began: float,
        faults: Sequence[str] = (),
    ) -> Attempt:
        if len(tests) == len(self._suite.nodes):
            self._otter.confirm(tests)
        return Attempt(
            id=sent.id,
            sha256=sent.sha256,
            suite_sha256=self._assignment.suite_sha256,
            attempt=attempt,
            status=status,
            tests=tests,
            max_score=self._assignment.points,
            isolation=self._zygotes.isolation,
            device=self._zygotes.device,
            flags=tuple(faults),
            output=told,
            seconds=monotonic() - began,
        )


def _lost_points(task: str, done: Iterable[TestOutcome]) -> bool:
    return any(test.task == task and test.status is not TestStatus.PASSED for test in done)


def _hint(error: BaseException | None) -> str:
    """What a student may read of a hidden test that failed: nothing of what it asked, expected or got."""
    if isinstance(error, MissingError):
        return str(error)
    if isinstance(error, UnsupportedError):
        return "what came back is no array, number or text"
    if isinstance(error, StudentError):
        return "the submission raised an exception of its own"
    name = type(error).__name__
    if error is not None and name in LOCAL and not isinstance(error, AssertionError) and of_submission(error):
        return f"the submission raised {name}"
    return ""


def _problems(loaded: Loaded, names: Iterable[str]) -> list[str]:
    """What went wrong while the cells were run, in lines for the student."""
    lines = [
        f"Cell {cell} was not run: {text}" if kind == "Skipped" else f"Cell {cell} stopped with {kind}: {text}"
        for cell, kind, text in loaded.errors
    ]
    return lines + [f"{name} is not defined." for name in names if name not in loaded.names]


def _missing(loaded: Loaded) -> str:
    """Why a name may be missing."""
    cells = dict.fromkeys(cell for cell, _, _ in loaded.errors)
    return f" (cell {', '.join(map(str, cells))} did not run to its end)" if cells else ""


def _told(output: str, lines: Sequence[str]) -> str:
    """What a student reads about the attempt as a whole; what was printed while tests ran is not part of it."""
    written = [f"Written while the cells were run:\n{output}"] if output.strip() else []
    return printable("\n".join([*lines, *written]))[:_SHOWN]
