"""The ledger of a folder of results: every finished attempt and every override, appended and chained.

One row per finished attempt, written before the results file. Whoever grades holds the folder's lock;
reading needs none. The rows are held in memory too, so questions to the ledger cost nothing.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader import chain, files, ledger_file, rebuild
from grader.escaping import line
from grader.ledger_file import NAME, Damaged
from grader.records import Attempt, Override, in_file
from question_bank.errors import UsageError

REBUILD = "Run again with --rebuild-ledger, which makes it from the results files."

Clock = Callable[[], datetime]


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class Ledger:
    """An open ledger; `Ledger.open` and `Ledger.read` give one."""

    def __init__(
        self, folder: Path, assignment: str, connection: sqlite3.Connection, rows: list[tuple[str, dict[str, Any]]]
    ) -> None:
        self.folder = folder
        self.assignment = assignment
        self.clock: Clock = now
        self._connection = connection
        self._one_at_a_time = threading.Lock()
        self._attempts: dict[str, list[Attempt]] = {}
        self._overrides: dict[str, list[Override]] = {}
        for table, row in rows:
            self._remember(*_parsed(table, row))

    @classmethod
    @contextmanager
    def open(
        cls, folder: Path, assignment: str, *, clock: Clock = now, from_results: bool = False
    ) -> Iterator["Ledger"]:
        """The ledger of a folder, to append to; made where there is none, and closed after the block.

        Args:
            folder: of the results; made where it is missing.
            assignment: the slug whose submissions are graded.
            clock: gives the time of each row, with its zone.
            from_results: make a new one from the results files where it is damaged or gone.

        Raises:
            UsageError: another grader is at work here, the folder belongs to another assignment, or
                the ledger is damaged or gone; a damaged one is kept aside first.
            MachineError: the folder cannot be written.
        """
        with ExitStack() as stack:
            stack.enter_context(files.alone(folder))
            path = folder / NAME
            if not path.exists():
                _make_missing(path, assignment, clock, from_results=from_results)
            try:
                ledger = cls._opened(path, assignment, to_write=True)
            except Damaged as damage:
                aside = files.keep_aside(path, ledger_file.BESIDE)
                if not from_results:
                    raise _damaged(path, damage, f" It is kept as {aside.name}.") from None
                _make_missing(path, assignment, clock, from_results=True)
                ledger = cls._opened(path, assignment, to_write=True)
            ledger.clock = clock
            stack.callback(ledger.close)
            yield ledger

    @classmethod
    @contextmanager
    def read(cls, folder: Path, assignment: str | None = None) -> Iterator["Ledger"]:
        """The ledger of a folder as it stands, also while a grader appends to it. Nothing is written.

        Raises:
            UsageError: there is none, it is damaged, or it is of another assignment.
            MachineError: it cannot be read.
        """
        path = folder / NAME
        if not path.is_file():
            remedy = REBUILD if (folder / "results").is_dir() else "Name a folder that `grade` wrote."
            raise UsageError(f"{folder} holds no {NAME}", remedy)
        try:
            ledger = cls._opened(path, assignment, to_write=False)
        except Damaged as damage:
            raise _damaged(path, damage) from None
        try:
            yield ledger
        finally:
            ledger.close()

    @classmethod
    def _opened(cls, path: Path, assignment: str | None, *, to_write: bool) -> "Ledger":
        with ledger_file.refused(path), ExitStack() as stack:
            connection = ledger_file.connect(path, to_write=to_write)
            stack.callback(connection.close)
            slug, rows = ledger_file.verified(connection, assignment)
            if to_write:
                ledger_file.configure(connection)
            ledger = cls(path.parent, slug, connection, rows)
            stack.pop_all()
            return ledger

    def close(self) -> None:
        """Let go of the file; `open` and `read` do it at the end of their block."""
        with self._one_at_a_time:
            self._connection.close()

    def append(self, attempt: Attempt, finished_at: datetime | None = None) -> str:
        """Append a finished attempt, on the disk before this returns; the hash of its row.

        Args:
            attempt: with the number that `next_attempt` gives.
            finished_at: with its zone; by the clock unless given.

        Raises:
            ValueError: the attempt has another number.
            MachineError: the disk is full or cannot be written; nothing was appended.
        """
        return self._append("attempts", attempt.as_found(), finished_at)

    def override(
        self,
        submission: str,
        task: str,
        points: Fraction | None,
        *,
        by: str,
        reason: str,
        max_points: Fraction | None = None,
    ) -> Attempt:
        """Set the points of a task by hand; None takes an earlier override back. The attempt after it.

        Args:
            submission: its id.
            task: of the assignment.
            points: from 0 to those of the task.
            by: who decided.
            reason: why, for the record.
            max_points: of the task, where nothing of the submission was run.

        Raises:
            UsageError: there is no such submission or task, or not so many points; nobody or nothing
                is named.
            MachineError: the disk is full or cannot be written; nothing was appended.
        """
        attempt = self._last(submission)
        known = {each.id: each.max_points for each in attempt.tasks}
        if not known and max_points is not None:
            known = {task: max_points}
        if task not in known:
            raise UsageError(
                f"{line(submission)}: there is no task {line(task)}",
                f"Its tasks: {', '.join(known) or 'none was run'}.",
            )
        if points is not None and not 0 <= points <= known[task]:
            raise UsageError(
                f"{line(submission)}: {task} cannot have {in_file(points)} points",
                f"Give 0 to {in_file(known[task])} points.",
            )
        if not by.strip() or not reason.strip():
            raise UsageError("an override names who decided and why", "Give --by and --reason.")
        self._append("overrides", Override(submission, attempt.sha256, task, points, known[task], by, reason))
        return self.effective(submission)

    def latest(self) -> dict[str, Attempt]:
        """The last attempt of every submission as grading left it, by id in order."""
        return {submission: attempts[-1] for submission, attempts in sorted(self._attempts.items())}

    def attempts(self, submission: str) -> tuple[Attempt, ...]:
        """All attempts of a submission as grading left them, the first one first."""
        return tuple(self._attempts.get(submission, ()))

    def next_attempt(self, submission: str) -> int:
        """The number of a submission's next attempt."""
        attempts = self._attempts.get(submission)
        return attempts[-1].attempt + 1 if attempts else 1

    def done(self, submission: str, sha256: str, suite_sha256: str) -> Attempt | None:
        """The last attempt of a submission, if it was of these bytes and by this suite."""
        attempts = self._attempts.get(submission)
        if attempts and (attempts[-1].sha256, attempts[-1].suite_sha256) == (sha256, suite_sha256):
            return attempts[-1]
        return None

    def effective(self, submission: str) -> Attempt:
        """The last attempt of a submission, with what people have set.

        Raises:
            UsageError: there is no such submission.
        """
        return self._last(submission).with_overrides(self._standing(submission))

    def results(self) -> dict[str, Attempt]:
        """What counts: the last attempt of every submission with what people have set, by id in order."""
        return {submission: self.effective(submission) for submission in sorted(self._attempts)}

    def overrides(self, submission: str) -> tuple[Override, ...]:
        """Every override of a submission, the first one first, also those that were replaced."""
        return tuple(self._overrides.get(submission, ()))

    @property
    def chain(self) -> str:
        """The hash of the last row; kept elsewhere, it shows any later change of the history."""
        with self._one_at_a_time, ledger_file.refused(self.folder / NAME):
            return str(self._connection.execute("SELECT chain FROM head").fetchone()[0])

    def _last(self, submission: str) -> Attempt:
        if submission not in self._attempts:
            raise UsageError(f"{self.folder} holds no submission {line(submission)}", "`grade status` lists them.")
        return self._attempts[submission][-1]

    def _standing(self, submission: str) -> list[Override]:
        return list({override.task: override for override in self._overrides.get(submission, ())}.values())

    def _append(self, table: str, entry: Attempt | Override, at: datetime | None = None) -> str:
        path = self.folder / NAME
        with self._one_at_a_time:
            if isinstance(entry, Attempt) and entry.attempt != self.next_attempt(entry.id):
                raise ValueError(f"attempt {entry.attempt} of {entry.id!a}: the next is {self.next_attempt(entry.id)}")
            row = _row(entry, at or self.clock())
            try:
                with ledger_file.refused(path), ledger_file.transaction(self._connection):
                    _, link = ledger_file.append(self._connection, table, row)
            except Damaged as damage:
                raise _damaged(path, damage) from None
            self._remember(table, entry)
        return link

    def _remember(self, table: str, entry: Attempt | Override) -> None:
        if isinstance(entry, Attempt):
            self._attempts.setdefault(entry.id, []).append(entry)
        else:
            self._overrides.setdefault(entry.id, []).append(entry)


def _make_missing(path: Path, assignment: str, clock: Clock, *, from_results: bool) -> None:
    """Make the ledger that is not there; not silently anew where there was one."""
    folder = path.parent
    if not from_results and (rebuild.files(folder) or list(folder.glob("ledger.damaged-*"))):
        raise UsageError(f"{path} is not there, but what it was about is", REBUILD)
    entries = rebuild.entries(folder) if from_results else ()
    rows = [("attempts" if isinstance(entry, Attempt) else "overrides", _row(entry, clock())) for entry in entries]
    if any(os.path.lexists(f"{path}{ending}") for ending in ledger_file.BESIDE):
        files.keep_aside(path, ledger_file.BESIDE)  # the log of a ledger that was taken away is none of the new one's
    ledger_file.make(path, assignment, rows)


def _damaged(path: Path, damage: Damaged, aside: str = "") -> UsageError:
    return UsageError(f"{path} is damaged: {line(str(damage))}.{aside}", REBUILD)


def _row(entry: Attempt | Override, at: datetime) -> dict[str, Any]:
    """The columns of an entry, without number and chain."""
    if at.tzinfo is None:
        raise ValueError("a time of the ledger needs its zone")
    time = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    row = entry.row()
    if isinstance(entry, Attempt):
        points = {"score": entry.as_found().score, "max_score": entry.max_score}
        row |= {"finished_at": time}
    else:
        points = {"points": entry.points}
        row |= {"at": time}
    shown = {name: None if value is None else in_file(value) for name, value in points.items()}
    return {**row, **shown, "record": chain.canonical(entry.row())}


def _parsed(table: str, row: dict[str, Any]) -> tuple[str, Attempt | Override]:
    try:
        content = json.loads(row["record"])
        return table, rebuild.attempt_of(content) if table == "attempts" else rebuild.override_of(content)
    except (ValueError, TypeError, RecursionError):
        raise Damaged(f"row {row['number']} holds no whole record") from None
