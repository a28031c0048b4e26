"""A folder of results for people: what stands in it, why, and what a person sets right.

Everything is read from the ledger; nothing here runs a submission but `replay`, in the same sandbox.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader import intake, mistakes, report, sources
from grader.assignment import Wrong
from grader.escaping import line, printable
from grader.graders import ask_once
from grader.intake import Entry
from grader.ledger import Ledger
from grader.records import SCHEMA, Attempt, Override, Status, TestOutcome, TestStatus, in_file
from grader.report import terminal
from question_bank.errors import UsageError

_LISTED = 12
_POINTS = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,9}|/[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class Shown:
    """One submission: the attempt that counts, those before it, what people have set, and likely mistakes."""

    attempt: Attempt
    earlier: tuple[Attempt, ...]
    overrides: tuple[Override, ...]
    likely: tuple[Wrong, ...]

    def lines(self) -> Iterator[str]:
        """Why it has this score."""
        it = self.attempt
        by_hand = {override.task for override in it.overrides}
        yield f"{line(it.id)}: {it.status}, {points(it.score)} of {in_file(it.max_score)} points"
        yield f"  attempt {it.attempt}, isolation {it.isolation}, {it.seconds:.1f} s, sha256 {it.sha256[:16]}"
        yield from (f"  flag: {line(flag)}" for flag in it.flags)
        yield from (f"  {line(text)}" for text in it.output.splitlines()[:20])
        yield from _of_mistakes(self.likely)
        for task in it.tasks:
            note = ", set by hand" if task.id in by_hand else ""
            yield f"{task.id}: {task.status}, {points(task.points)} of {in_file(task.max_points)}{note}"
            own = (test for test in it.tests if test.task == task.id and test.status is not TestStatus.PASSED)
            for tests in terminal.alike(own):
                yield from _of_tests(tests)
        for each in self.overrides:
            what = f"{each.task} {points(each.points)}" if each.points is not None else f"{each.task} as it was graded"
            yield f"set by {line(each.by)}: {what}: {line(each.reason)}"
        for attempt in self.earlier:
            yield f"before: attempt {attempt.attempt}, {attempt.status}, {points(attempt.score)} points"


@dataclass(frozen=True, slots=True)
class Replayed:
    """A test that was run again.

    Args:
        id: of the submission.
        test: its name.
        status: how it ended.
        message: in full, for people of the course.
        changed: the assignment's tests are others than those that gave the score.
    """

    id: str
    test: str
    status: str
    message: str
    changed: bool

    def lines(self) -> Iterator[str]:
        """The outcome for people."""
        yield f"{self.test}: {self.status}"
        yield from map(printable, self.message.splitlines())
        if self.changed:
            yield "(The tests are others now than those that gave the score.)"

    def row(self) -> dict[str, Any]:
        """The outcome as JSON."""
        facts = {"id": self.id, "test": self.test, "outcome": self.status, "message": self.message}
        return {"schema": SCHEMA, **facts, "changed": self.changed}


@dataclass(frozen=True, slots=True)
class Group:
    """Submissions that failed the same tests in the same ways, and no others.

    Args:
        pattern: the tests, each with its outcome; of submissions of which nothing was run, their status
            beside an empty name.
        ids: of the submissions.
        likely: the wrong submissions that fail the same tests.
    """

    pattern: tuple[tuple[str, str], ...]
    ids: tuple[str, ...]
    likely: tuple[Wrong, ...]

    @property
    def tests(self) -> tuple[tuple[str, str], ...]:
        """The tests that were failed, each with its outcome."""
        return tuple(each for each in self.pattern if each[0])

    def lines(self) -> Iterator[str]:
        """The group for people."""
        outcomes = Counter(outcome for _, outcome in self.pattern)
        told = ", ".join(f"{count} {outcome}" if self.tests else outcome for outcome, count in outcomes.items())
        yield f"{len(self.ids)} x {', '.join(map(line, self.ids[:10]))}{', ...' * (len(self.ids) > 10)}: {told}"
        yield from (f"  {outcome:<12}{test}" for test, outcome in self.tests[:_LISTED])
        if len(self.tests) > _LISTED:
            yield f"  and {len(self.tests) - _LISTED} more"
        yield from _of_mistakes(self.likely)

    def row(self) -> dict[str, Any]:
        """The group as JSON."""
        tests = [{"test": test, "outcome": outcome} for test, outcome in self.pattern]
        return {"submissions": list(self.ids), "failures": tests, "likely": [wrong.name for wrong in self.likely]}


def show(folder: Path, submission: str) -> Shown:
    """One submission of a folder.

    Raises:
        UsageError: there is none of this id, or no ledger.
    """
    with Ledger.read(folder) as ledger:
        attempt, earlier = ledger.effective(submission), ledger.attempts(submission)[:-1]
        overrides, slug = ledger.overrides(submission), ledger.assignment
    return Shown(attempt, earlier, overrides, _likely(folder, slug, [attempt])[0])


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
    groups: dict[tuple[tuple[str, str], ...], list[Attempt]] = {}
    slug, attempts = results(folder)
    for attempt in attempts.values():
        failed = tuple((t.name, t.status.value) for t in attempt.tests if t.status is not TestStatus.PASSED)
        pattern = failed if attempt.tests else (("", attempt.status.value),)
        if pattern:
            groups.setdefault(pattern, []).append(attempt)
    likely = _likely(folder, slug, [found[0] for found in groups.values()])
    made = [
        Group(pattern, tuple(attempt.id for attempt in found), wrong)
        for (pattern, found), wrong in zip(groups.items(), likely, strict=True)
    ]
    return sorted(made, key=lambda group: (-len(group.ids), group.ids))


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
        standing = {each.task for each in ledger.effective(submission).overrides}
        if given is None and task in most and task not in standing:
            raise UsageError(f"{line(submission)}: nobody has set {task}", "There is nothing to withdraw.")
        attempt = ledger.override(submission, task, given, by=by, reason=reason, max_points=most.get(task))
        name = intake.file_name(attempt.id)
        report.write(folder, attempt, assignment, name=name, language=report.language_of(folder, name))
        report.write_summary(folder, ledger, assignment)
    return attempt


def replay(
    folder: Path,
    submission: str,
    test: str,
    path: Path | None = None,
    require: str = "standard",
    device: str | None = None,
) -> Replayed:
    """Run one test of a submission again, and say in full how it ended.

    Args:
        folder: of the results.
        submission: its id.
        test: as `grade show` names it.
        path: where the submission lies; where it lay when it was graded unless given.
        require: strict, standard or basic.
        device: cpu or cuda; what it was graded on unless given.

    Raises:
        UsageError: there is no such submission or test, or its file is another one now.
        SuiteError, MachineError: it cannot be run.
    """
    attempt = show(folder, submission).attempt
    slug, _ = results(folder)
    assignment = sources.assignment_of(folder, slug)
    found = path or sources.read(folder).submissions.get(submission)
    if found is None or not found.exists():
        where = f"nothing is known of where {line(submission)} lies" if found is None else f"{found} does not exist"
        raise UsageError(where, f"Name the file of {line(submission)} with --from.")
    entry = Entry(submission, found)
    if intake.fingerprint(entry) != attempt.sha256:
        raise UsageError(
            f"{found} is not what was graded as {line(submission)}", "Name what was graded with --from, or grade again."
        )
    status, message = ask_once(assignment, require, lambda grader: grader.replay(entry, test), device or attempt.device)
    return Replayed(submission, test, status, message, attempt.suite_sha256 != assignment.suite_sha256)


def overview(slug: str, attempts: Iterable[Attempt]) -> Iterator[str]:
    """What a folder holds, for people: how many ended how, then each in a line of a table."""
    attempts = list(attempts)
    counts = Counter(attempt.status for attempt in attempts)
    told = [f"{counts[status]} {status}" for status in Status if status in counts]
    yield ", ".join([f"{slug}: {len(attempts)} submission{'s' * (len(attempts) != 1)}", *told])
    yield from table(attempts)


def table(attempts: Iterable[Attempt], *, header: bool = True) -> Iterator[str]:
    """Submissions in aligned lines: id, status, score, and what a person has to know of it."""
    rows = [("id", "status", "score", "notes")] if header else []
    rows += [
        (line(it.id), it.status.value, f"{points(it.score)}/{in_file(it.max_score)}", "; ".join(_notes(it)))
        for it in attempts
    ]
    width = max((terminal.columns(row[0]) for row in rows), default=0) + 2
    for name, status, score, notes in rows:
        yield f"{terminal.padded(name, width)}{status:<12}{score:<14}{notes}".rstrip()


def points_in(text: str) -> Fraction:
    """Points as a person writes them.

    >>> points_in("2.5"), points_in("7/3")
    (Fraction(5, 2), Fraction(7, 3))

    Raises:
        UsageError: they are no number, or one that nobody would write.
    """
    try:
        if not _POINTS.fullmatch(text):
            raise ValueError
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise UsageError(f"{line(text)[:40]!r} is no number of points", "Give 2, 2.5 or 7/3.") from None


def points(value: Fraction | None) -> str:
    """Points as text; a dash where there are none to show.

    >>> points(None), points(Fraction(1, 3))
    ('-', '0.3333')
    """
    return "-" if value is None else str(in_file(value))


def _likely(folder: Path, slug: str, attempts: Sequence[Attempt]) -> list[tuple[Wrong, ...]]:
    """The likely mistakes of each; none where the assignment is gone or damaged since."""
    try:
        it = sources.assignment_of(folder, slug)
    except UsageError:
        return [() for _ in attempts]
    return [mistakes.likely(attempt, it.wrong, it.suite_sha256) for attempt in attempts]


def _of_mistakes(likely: Iterable[Wrong]) -> Iterator[str]:
    yield from (f"  likely: {wrong.name}: {line(wrong.what['en'])}" for wrong in likely)


def _notes(attempt: Attempt) -> Iterator[str]:
    yield from map(line, attempt.flags)
    if attempt.overrides:
        yield f"set by hand: {', '.join(override.task for override in attempt.overrides)}"


def _of_tests(tests: Sequence[TestOutcome]) -> Iterator[str]:
    """Tests that ended alike: how, for how many points each, and with which message."""
    first = tests[0]
    worth = f"{points(first.points)}/{in_file(first.max_points)}" if first.max_points else ""
    others = f" and {len(tests) - 1} like it" if len(tests) > 1 else ""
    yield f"  {first.status:<13}{worth:<11}{first.name}{others}"
    yield from (f"    {text}" for text in terminal.cut(first.message))
