"""What grading finds: statuses, the outcome of a test, of a task, and of one attempt at a submission.

Records are data: they go to JSON and come back the same. Points are exact; a file shows four decimals.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any

SCHEMA = 1
DECIMALS = 4


class TestStatus(StrEnum):
    """How one test ended; the last is a fault of ours."""

    __test__ = False  # no test of pytest's

    PASSED = "passed"
    FAILED = "failed"
    NOT_REACHED = "not_reached"
    ERROR = "error"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT = "output"
    UNGRADED = "ungraded"


_ENDED_WELL = (TestStatus.PASSED, TestStatus.FAILED, TestStatus.NOT_REACHED)


class Status(StrEnum):
    """How a submission ended, from good to bad.

    `flagged` waits for a person and `ungraded` is a fault of ours: neither has a score.
    """

    GRADED = "graded"
    PARTIAL = "partial"
    REJECTED = "rejected"
    ERROR = "error"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    OUTPUT = "output"
    FLAGGED = "flagged"
    UNGRADED = "ungraded"

    @property
    def scored(self) -> bool:
        """Whether a score stands beside it."""
        return self not in (Status.FLAGGED, Status.UNGRADED)


def worst(statuses: Iterable[Status]) -> Status:
    """The worst of some statuses; graded where there is none.

    >>> worst([Status.PARTIAL, Status.GRADED])
    <Status.PARTIAL: 'partial'>
    """
    order = list(Status)
    return max(statuses, key=order.index, default=Status.GRADED)


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """One test of one attempt.

    `name` is the test's id in its suite and goes to people of the course only; `title` is what a
    student may read. `visibility` is Gradescope's word for its outcome, "visible" or "hidden"; `given`
    says that students have the test itself, and so may read its message. `message` holds nothing of a
    hidden test all the same. `points` is None where a fault of ours kept the test from being graded.
    `seconds` is the wall time of the test.
    """

    __test__ = False

    name: str
    task: str
    title: str
    visibility: str
    status: TestStatus
    points: Fraction | None
    max_points: Fraction
    message: str = ""
    seconds: float = 0.0
    given: bool = False

    def row(self) -> dict[str, Any]:
        """The outcome as JSON."""
        return {
            "name": self.name,
            "task": self.task,
            "title": self.title,
            "visibility": self.visibility,
            "status": self.status.value,
            "points": None if self.points is None else str(self.points),
            "max_points": str(self.max_points),
            "message": self.message,
            "seconds": round(self.seconds, DECIMALS),
            "given": self.given,
        }

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "TestOutcome":
        """Read a row back."""
        points = row["points"]
        return cls(
            name=row["name"],
            task=row["task"],
            title=row["title"],
            visibility=row["visibility"],
            status=TestStatus(row["status"]),
            points=None if points is None else Fraction(points),
            max_points=Fraction(row["max_points"]),
            message=row["message"],
            seconds=row["seconds"],
            given=row["given"],
        )


@dataclass(frozen=True, slots=True)
class TaskOutcome:
    """One task: the points of its tests together; None where one of them could not be graded."""

    id: str
    status: TestStatus
    points: Fraction | None
    max_points: Fraction

    @classmethod
    def of_tests(cls, task: str, tests: Iterable[TestOutcome]) -> "TaskOutcome":
        """The outcome of a task from the tests that belong to it: passed when all are."""
        own = [test for test in tests if test.task == task]
        order = list(TestStatus)
        known = [test.points for test in own if test.points is not None]
        return cls(
            id=task,
            status=max((test.status for test in own), key=order.index, default=TestStatus.NOT_REACHED),
            points=sum(known, Fraction(0)) if len(known) == len(own) else None,
            max_points=sum((test.max_points for test in own), Fraction(0)),
        )


@dataclass(frozen=True, slots=True)
class Override:
    """The points of one task, set by a person; None takes an earlier override back.

    It stays with the submission's id through all regrades. What it says of a flag holds only for the
    bytes that the person saw, whose `sha256` it keeps.
    """

    id: str
    sha256: str
    task: str
    points: Fraction | None
    max_points: Fraction
    by: str
    reason: str

    def row(self) -> dict[str, Any]:
        """The override as JSON."""
        return {
            "id": self.id,
            "sha256": self.sha256,
            "task": self.task,
            "points": None if self.points is None else str(self.points),
            "max_points": str(self.max_points),
            "by": self.by,
            "reason": self.reason,
        }

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Override":
        """Read a row back."""
        points = None if row["points"] is None else Fraction(row["points"])
        return cls(**{**row, "points": points, "max_points": Fraction(row["max_points"])})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at grading one submission, as the ledger keeps it.

    Args:
        id: the submission's, as written.
        sha256: of its bytes.
        suite_sha256: of the assignment's tests and reference.
        attempt: from 1 up.
        status: how it ended.
        tests: in the order in which they ran.
        max_score: the points of all tests.
        isolation: what held in the worker: strict, standard or basic, and what was weaker.
        device: where the student's code ran.
        flags: what a person should look at.
        output: what the student may read about the attempt as a whole.
        seconds: wall time.
        overrides: what people have set since, one at most for a task. They are no part of the row.
        found: the status before a person settled it; None where nobody did.
    """

    id: str
    sha256: str
    suite_sha256: str
    attempt: int
    status: Status
    tests: tuple[TestOutcome, ...]
    max_score: Fraction
    isolation: str
    device: str = "cpu"
    flags: tuple[str, ...] = ()
    output: str = ""
    seconds: float = 0.0
    overrides: tuple[Override, ...] = ()
    found: Status | None = None

    @property
    def score(self) -> Fraction | None:
        """The points of all tasks; None where it has none to show, never 0 for a fault of ours."""
        points = [task.points for task in self.tasks]
        if not self.status.scored or None in points:
            return None
        return sum((known for known in points if known is not None), Fraction(0))

    @property
    def tasks(self) -> tuple[TaskOutcome, ...]:
        """The tasks in the order of their first tests, with what people have set."""
        set_by_hand = {override.task: override for override in self.overrides}
        tasks = [TaskOutcome.of_tests(task, self.tests) for task in dict.fromkeys(test.task for test in self.tests)]
        if not tasks:  # nothing was run, so only people know of a task
            tasks = [TaskOutcome(name, TestStatus.NOT_REACHED, None, it.max_points) for name, it in set_by_hand.items()]
        return tuple(
            replace(task, points=min(given, task.max_points))
            if task.id in set_by_hand and (given := set_by_hand[task.id].points) is not None
            else task
            for task in tasks
        )

    def with_overrides(self, overrides: Iterable[Override]) -> "Attempt":
        """The attempt with what people have set: the points of tasks, and a status that waited for it.

        `flagged` is settled by an override of somebody who saw these bytes, `ungraded` by any, both
        only once every task has points.
        """
        own = self.as_found()
        found = replace(own, overrides=tuple(each for each in overrides if each.points is not None))
        seen = own.status is Status.UNGRADED or any(each.sha256 == own.sha256 for each in found.overrides)
        if own.status.scored or not seen or not found.complete:
            return found
        ended_early = any(test.status not in _ENDED_WELL for test in own.tests)
        return replace(found, status=Status.PARTIAL if ended_early else Status.GRADED, found=own.status)

    def as_found(self) -> "Attempt":
        """The attempt as grading left it, without what people have set."""
        return replace(self, status=self.found or self.status, overrides=(), found=None)

    @property
    def complete(self) -> bool:
        """Whether all points of the assignment are accounted for."""
        tasks = self.tasks
        known = all(task.points is not None for task in tasks)
        return known and sum((task.max_points for task in tasks), Fraction(0)) >= self.max_score

    def row(self) -> dict[str, Any]:
        """The attempt as grading left it, as JSON."""
        return {
            "schema": SCHEMA,
            "id": self.id,
            "sha256": self.sha256,
            "suite_sha256": self.suite_sha256,
            "attempt": self.attempt,
            "status": (self.found or self.status).value,
            "tests": [test.row() for test in self.tests],
            "max_score": str(self.max_score),
            "isolation": self.isolation,
            "device": self.device,
            "flags": list(self.flags),
            "output": self.output,
            "seconds": round(self.seconds, DECIMALS),
        }

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Attempt":
        """Read a row back."""
        return cls(
            id=row["id"],
            sha256=row["sha256"],
            suite_sha256=row["suite_sha256"],
            attempt=row["attempt"],
            status=Status(row["status"]),
            tests=tuple(map(TestOutcome.of, row["tests"])),
            max_score=Fraction(row["max_score"]),
            isolation=row["isolation"],
            device=row["device"],
            flags=tuple(row["flags"]),
            output=row["output"],
            seconds=row["seconds"],
        )


def status_of(tests: Iterable[TestOutcome], *, cut_off: bool = False) -> Status:
    """How a submission ended whose tests ended so: a fault of ours first, then what ended tests early.

    Args:
        tests: all of them.
        cut_off: what the submission may use in all was used up before the last of them.
    """
    statuses = {test.status for test in tests}
    if TestStatus.UNGRADED in statuses:
        return Status.UNGRADED
    early = statuses - {TestStatus.PASSED, TestStatus.FAILED, TestStatus.NOT_REACHED}
    if not early and not cut_off:
        return Status.GRADED
    if not early or statuses & {TestStatus.PASSED, TestStatus.FAILED}:
        return Status.PARTIAL
    return Status(max(early, key=list(TestStatus).index).value)


def in_file(points: Fraction) -> int | float:
    """Points as a file shows them: four decimals at most, an integer where they are whole.

    >>> in_file(Fraction(1, 3)), in_file(Fraction(4, 2))
    (0.3333, 2)
    """
    rounded = round(points, DECIMALS)
    return int(rounded) if rounded.denominator == 1 else float(rounded)
