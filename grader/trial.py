"""`convmark check`: what a student's file defines, and how the visible tests end; nothing hidden."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader import intake
from grader.assignment import Assignment
from grader.escaping import line
from grader.graders import ask_once
from grader.records import Attempt, Status, TestOutcome, TestStatus
from grader.report import terminal
from question_bank.errors import UsageError


@dataclass(frozen=True, slots=True)
class Trial:
    """How a file met the visible tests."""

    assignment: Assignment
    attempt: Attempt

    @property
    def passed(self) -> bool:
        """Whether it can be graded, and passes all of them."""
        return self.attempt.status is Status.GRADED and all(
            test.status is TestStatus.PASSED for test in self.attempt.tests
        )

    def row(self) -> dict[str, Any]:
        """The trial as JSON."""
        tests = [
            {"task": test.task, "title": test.title, "outcome": test.status.value, "message": test.message}
            for test in self.attempt.tests
        ]
        told = self.attempt
        return {"schema": 1, "id": told.id, "status": told.status.value, "output": told.output, "tests": tests}

    def lines(self, language: str = "en") -> Iterator[str]:
        """What to tell the student."""
        it = self.attempt
        yield f"{line(it.id)}: {self.assignment.title[language]}"
        if it.status is Status.REJECTED:
            yield "  It cannot be read, and would get no points:"
        yield from (f"  {line(text)}" for text in it.output.splitlines())
        if not it.output:
            yield f"  It loads, and defines {', '.join(self.assignment.names)}."
        if all(test.status is TestStatus.NOT_REACHED for test in it.tests):
            yield "No test was run."
            return
        for task in self.assignment.tasks:
            yield from _of_task(task.title[language], [test for test in it.tests if test.task == task.id])
        yield "The hidden tests look at more than these."


def _of_task(title: str, tests: Sequence[TestOutcome]) -> Iterator[str]:
    if not tests:
        return
    good = sum(test.status is TestStatus.PASSED for test in tests)
    yield f"{title}: {good} of {len(tests)} visible tests passed"
    for same in terminal.alike(test for test in tests if test.status is not TestStatus.PASSED):
        yield f"  {same[0].status}: {', '.join(line(test.title) for test in same)}"
        yield from (f"    {text}" for text in terminal.cut(same[0].message))


def check(path: Path, assignment: Assignment, require: str = "basic") -> Trial:
    """Try a file as it would be handed in.

    Raises:
        UsageError: there is no such file, or it is no submission.
        MachineError: this machine cannot run it behind a wall.
        SuiteError: a fault of ours.
    """
    entries = intake.collect([path])
    if len(entries) > 1:
        raise UsageError(f"{path} holds {len(entries)} submissions", "Name one of them.")
    return Trial(assignment, ask_once(assignment, require, lambda grader: grader.try_visible(entries[0])))
