"""`convmark check`: what a student's file defines, and how the visible tests end; nothing hidden."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader import intake
from grader.assignment import Assignment
from grader.escaping import line
from grader.graders import ask_once
from grader.records import Attempt, Status, TestStatus
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
        yield from (f"  {line(text)}" for text in it.output.splitlines())
        for task in self.assignment.tasks:
            own = [test for test in it.tests if test.task == task.id]
            if not own:
                continue
            good = sum(test.status is TestStatus.PASSED for test in own)
            yield f"{task.title[language]}: {good} of {len(own)} visible tests passed"
            for test in own:
                if test.status is not TestStatus.PASSED:
                    yield f"  {test.status}: {line(test.title)}"
                    yield from (f"    {line(text)}" for text in test.message.splitlines()[:6])
        yield "The hidden tests look at more than these."


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
