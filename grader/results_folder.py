"""A folder of results for people: what stands in it, why, and what a person sets right.

Everything is read from the ledger; nothing here runs a submission but `replay`, in the same sandbox.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader import intake, report, sources
from grader.escaping import line
from grader.graders import ask_once
from grader.intake import Entry
from grader.ledger import Ledger
from grader.records import Attempt, Override, TestStatus, in_file
from question_bank.errors import UsageError

_LISTED = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """One submission: the attempt that counts, those before it, and what people have set."""

    attempt: Attempt
    earlier: tuple[Attempt, ...]
    overrides: tuple[Override, ...]

    def lines(self) -> Iterator[str]:
        """Why it has this score."""
        it = self.attempt
        yield f"{line(it.id)}: {it.status}, {points(it.score)} of {in_file(it.max_score)} points"
        yield f"  attempt {it.attempt}, isolation {it.isolation}, {it.seconds:.1f} s, sha256 {it.sha256[:16]}"
        yield from (f"  flag: {line(flag)}" for flag in it.flags)
        yield from (f"  {line(text)}" for text in it.output.splitlines()[:20])
        for task in it.tasks:
            yield f"{task.id}: {task.status}, {points(task.points)} of {in_file(task.max_points)}"
            for test in it.tests:
                if test.task == task.id and test.status is not TestStatus.PASSED:
                    told = f": {line(test.message)}" if test.message else ""
                    yield f"  {test.status}  {test.name}  ({points(test.points)}/{in_file(test.max_points)}){told}"
        for override in self.overrides:
            yield f"set by {line(override.by)}: {override.task} {points(override.points)}: {line(override.reason)}"
        for attempt in self.earlier:
            yield f"before: attempt {attempt.attempt}, {attempt.status}, {points(attempt.score)} points"


@dataclass(frozen=True, slots=True)
class Group:
    """Submissions that failed the same tests in the same ways, and no others."""

    pattern: tuple[tuple[str, str], ...]
    ids: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """The group for people."""
        yield f"{len(self.ids)} x {', '.join(map(line, self.ids[:10]))}{', ...' if len(self.ids) > 10 else ''}"
        yield from (f"  {outcome:<12}{test}" for test, outcome in self.pattern[:_LISTED])
        if len(self.pattern) > _LISTED:
            yield f"  and {len(self.pattern) - _LISTED} more"

    def row(self) -> dict[str, Any]:
        """The group as JSON."""
        tests = [{"test": test, "outcome": outcome} for test, outcome in self.pattern]
        return {"submissions": list(self.ids), "failures": tests}


def show(folder: Path, submission: str) -> Shown:
    """One submission of a folder.

    Raises:
        UsageError: there is none of this id, or no ledger.
    """
    with Ledger.read(folder) as ledger:
        return Shown(ledger.effective(submission), ledger.attempts(submission)[:-1], ledger.overrides(submission))


def results(folder: Path) -> tuple[str, Mapping[str, Attempt]]:
    """The assignment's slug, and what counts of every submission.

    Raises:
        UsageError: there is no ledger.
    """
    with Ledger.read(folder) as ledger:
        return ledger.assignment, ledger.results()


def triage(folder: Path) -> list[Group]:
    """The submissions by what they failed, the largest group first; those that failed nothing are left out.

    Raises:
        UsageError: there is no ledger.
    """
    groups: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for name, attempt in results(folder)[1].items():
        failed = tuple((t.name, t.status.value) for t in attempt.tests if t.status is not TestStatus.PASSED)
        pattern = failed if attempt.tests else (("", attempt.status.value),)
        if pattern:
            groups.setdefault(pattern, []).append(name)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[1]))
    return [Group(pattern, tuple(ids)) for pattern, ids in ordered]


def override(folder: Path, submission: str, task: str, given: Fraction | None, *, by: str, reason: str) -> Attempt:
    """Set the points of a task by hand, and write the files anew; None takes an earlier override back.

    Raises:
        UsageError: there is no such submission or task, or not so many points; a grader is at work here.
        MachineError: the folder cannot be written.
    """
    with Ledger.read(folder) as ledger:
        slug = ledger.assignment
    assignment = sources.assignment_of(folder, slug)
    most = {each.id: each.points for each in assignment.tasks}
    with Ledger.open(folder, slug) as ledger:
        attempt = ledger.override(submission, task, given, by=by, reason=reason, max_points=most.get(task))
        report.write(folder, attempt, assignment, name=intake.file_name(attempt.id))
        report.write_summary(folder, ledger, assignment)
    return attempt


def replay(folder: Path, submission: str, test: str, path: Path | None = None, require: str = "standard") -> list[str]:
    """Run one test of a submission again, and say in full how it ended.

    Args:
        folder: of the results.
        submission: its id.
        test: as `grade show` names it.
        path: where the submission lies; where it lay when it was graded unless given.
        require: strict, standard or basic.

    Raises:
        UsageError: there is no such submission or test, or its file is another one now.
        SuiteError, MachineError: it cannot be run.
    """
    attempt = show(folder, submission).attempt
    slug, _ = results(folder)
    assignment = sources.assignment_of(folder, slug)
    found = path or sources.read(folder).submissions.get(submission)
    if found is None or not found.exists():
        raise UsageError(f"{line(submission)} is not where it was", "Name its file with --from.")
    entry = Entry(submission, found)
    if intake.fingerprint(entry) != attempt.sha256:
        raise UsageError(f"{found} is not what was graded as {line(submission)}", "Name the file with --from.")
    status, message = ask_once(assignment, require, lambda grader: grader.replay(entry, test))
    return [f"{test}: {status}", *message.splitlines()]


def table(attempts: Iterable[Attempt], *, header: bool = True) -> Iterator[str]:
    """Submissions in aligned lines: id, status, score, flags."""
    rows = [
        (line(it.id), it.status.value, f"{points(it.score)}/{in_file(it.max_score)}", "; ".join(map(line, it.flags)))
        for it in attempts
    ]
    width = max((len(row[0]) for row in rows), default=0) + 2
    if header:
        yield f"{'id':<{width}}{'status':<12}{'score':<14}flags".rstrip()
    for name, status, score, flags in rows:
        yield f"{name:<{width}}{status:<12}{score:<14}{flags}".rstrip()


def points(value: Fraction | None) -> str:
    """Points as text; a dash where there are none to show.

    >>> points(None), points(Fraction(1, 3))
    ('-', '0.3333')
    """
    return "-" if value is None else str(in_file(value))
