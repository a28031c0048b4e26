"""The supervisor: a queue of submissions, some grader processes, and the ledger that only it writes.

A finished attempt goes to the ledger first and to its files second, so that a run that is killed at
any moment has recorded each submission once or not at all, and the next run completes it.
"""

import asyncio
import os
import signal
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

from grader import intake, report, sources
from grader.assignment import Assignment
from grader.errors import SuiteError
from grader.gpu import CPU, Gpu, claimed_for
from grader.graders import Broken, Grader
from grader.intake import Entry
from grader.ledger import Ledger
from grader.records import SCHEMA, Attempt, Status
from grader.report import results
from question_bank.errors import ConvmarkError, MachineError

TRIES = 3
"""A submission is tried so often before a fault of ours leaves it ungraded."""
_SUMMARY_SECONDS = 1.0
_LEVELS = ("basic", "standard", "strict")

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to grade.

    Args:
        jobs: grader processes at a time; on GPUs one each at most.
        require: strict, standard or basic: what must hold at least around the students' code.
        device: cpu or cuda: what the students' code computes on.
        retry_ungraded: grade those again that a fault of ours left ungraded.
        regrade: grade all again.
        repeat: how often each is graded; an outcome that changes is for a person to look at.
        rebuild_ledger: make the ledger from the results files where it is damaged or gone.
        language: of the feedback pages.
    """

    jobs: int = 0
    require: str = "standard"
    device: str = CPU
    retry_ungraded: bool = False
    regrade: bool = False
    repeat: int = 1
    rebuild_ledger: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Graded:
    """What counts of the submissions that were named, and what was done for it.

    Args:
        assignment: its slug.
        attempts: by id, in order.
        fresh: how many were graded now.
        seconds: wall time.
    """

    assignment: str
    attempts: Mapping[str, Attempt]
    fresh: int
    seconds: float

    @property
    def isolation(self) -> str:
        """The weakest that any of them was graded with."""
        levels = [attempt.isolation for attempt in self.attempts.values()]
        return min(levels, key=lambda level: _LEVELS.index(level) if level in _LEVELS else -1, default="")

    @property
    def ungraded(self) -> tuple[str, ...]:
        """Those without a final status."""
        return tuple(name for name, attempt in self.attempts.items() if attempt.status is Status.UNGRADED)

    def lines(self) -> Iterator[str]:
        """What was done, for people."""
        counts = Counter(attempt.status.value for attempt in self.attempts.values())
        told = ", ".join(f"{counts[status]} {status}" for status in Status if status in counts)
        yield f"{self.assignment}: {len(self.attempts)} submission{'s' * (len(self.attempts) != 1)}, {told}"
        earlier = f", {len(self.attempts) - self.fresh} were finished before" if self.fresh < len(self.attempts) else ""
        yield f"  {self.fresh} graded in {self.seconds:.1f} s{earlier}; isolation {self.isolation}"

    def row(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {
            "schema": SCHEMA,
            "assignment": self.assignment,
            "isolation": self.isolation,
            "submissions": [results.document(attempt) for attempt in self.attempts.values()],
            "seconds": round(self.seconds, 3),
        }


def grade(
    assignment: Assignment,
    paths: Sequence[Path],
    out: Path,
    options: Options | None = None,
    progress: Progress | None = None,
) -> Graded:
    """Grade submissions into a folder; those that are finished there already are left alone.

    Args:
        assignment: whose tests they meet.
        paths: files, zips and folders as `intake.collect` takes them.
        out: of the results.
        options: how.
        progress: told how many of how many are done.

    Raises:
        UsageError: nothing to grade, two submissions of one id, another grader in `out`, a damaged ledger.
        MachineError: this machine cannot hold students' code as is required, has no GPU that is free, or cannot
            write `out`.
        SuiteError: the assignment's tests cannot be collected.
    """
    options = options or Options()
    began = monotonic()
    entries = intake.collect(paths)
    with (
        claimed_for(options.device) as gpus,
        Ledger.open(out, assignment.slug, from_results=options.rebuild_ledger) as ledger,
        tempfile.TemporaryDirectory(prefix="convmark-", ignore_cleanup_errors=True) as scratch,
    ):
        report.restore(out, ledger, assignment, intake.file_name, options.language)
        sources.remember(out, assignment, entries)
        batch = _Batch(assignment, out, ledger, options, Path(scratch), progress)
        todo = batch.todo(entries)
        _until_terminated(batch.run(todo, gpus))
        attempts = {entry.id: ledger.effective(entry.id) for entry in entries}
    return Graded(assignment.slug, attempts, len(todo), monotonic() - began)


def _until_terminated(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine; SIGTERM cancels it as Ctrl-C does, so that it puts everything away before it ends."""
    before = signal.getsignal(signal.SIGTERM)
    told = False

    async def watched() -> None:
        nonlocal told
        running = asyncio.ensure_future(work)

        def stop() -> None:
            nonlocal told
            told = True
            running.cancel()

        if threading.current_thread() is threading.main_thread():
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
        try:
            await running
        except asyncio.CancelledError:
            if not told:
                raise

    try:
        asyncio.run(watched())
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)
    if told:
        sys.exit(128 + signal.SIGTERM)


class _Batch:
    """One run over a queue."""

    def __init__(
        self,
        assignment: Assignment,
        out: Path,
        ledger: Ledger,
        options: Options,
        scratch: Path,
        progress: Progress | None,
    ) -> None:
        self._assignment = assignment
        self._out = out
        self._ledger = ledger
        self._options = options
        self._scratch = scratch
        self._progress = progress
        self._summarised = -_SUMMARY_SECONDS
        self._done = 0

    def todo(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those that are not finished."""
        return [entry for entry in entries if not self._finished(entry)]

    def _finished(self, entry: Entry) -> bool:
        if self._options.regrade:
            return False
        try:
            sha256 = intake.fingerprint(entry)
        except MachineError:
            return False  # reading it again will say why
        last = self._ledger.done(entry.id, sha256, self._assignment.suite_sha256)
        return last is not None and not (self._options.retry_ungraded and last.status is Status.UNGRADED)

    async def run(self, todo: Sequence[Entry], gpus: Sequence[Gpu]) -> None:
        """Grade them all, several at a time."""
        queue = list(reversed(todo))
        jobs = min(self._options.jobs or os.cpu_count() or 1, len(queue))
        places: Sequence[Gpu | None] = gpus[:jobs] or [None] * jobs
        try:
            async with asyncio.TaskGroup() as group:
                for gpu in places:
                    group.create_task(self._work(queue, len(todo), gpu))
        except* ConvmarkError as failures:
            raise _first(failures) from None
        finally:
            with suppress(MachineError):
                self._summarise(at_once=True)

    async def _work(self, queue: list[Entry], total: int, gpu: Gpu | None) -> None:
        async with Grader(self._assignment, self._options.require, self._scratch, gpu) as grader:
            await _started(grader)
            while queue:
                entry = queue.pop()
                self._record(await self._graded(grader, entry))
                self._done += 1
                if self._progress:
                    self._progress(self._done, total)

    async def _graded(self, grader: Grader, entry: Entry) -> Attempt:
        number = self._ledger.next_attempt(entry.id)
        reasons: list[str] = []
        while len(reasons) < TRIES:
            try:
                first = await grader.grade(entry, number)
                again = [await grader.grade(entry, number) for _ in range(self._options.repeat - 1)]
            except Broken as broken:
                reasons.append(str(broken))
            except (MachineError, SuiteError) as error:
                reasons.append(str(error))
                break
            else:
                return _stable(first, again)
        return self._ungraded(entry, number, grader.isolation, reasons)

    def _ungraded(self, entry: Entry, number: int, isolation: str, reasons: Sequence[str]) -> Attempt:
        try:
            sha256 = intake.fingerprint(entry)
        except MachineError as error:
            sha256, reasons = "", [*reasons, str(error)]
        return Attempt(
            id=entry.id,
            sha256=sha256,
            suite_sha256=self._assignment.suite_sha256,
            attempt=number,
            status=Status.UNGRADED,
            tests=(),
            max_score=self._assignment.points,
            isolation=isolation,
            device=self._options.device,
            flags=tuple(dict.fromkeys(reasons)),
            output="This submission could not be graded, by no fault of yours. It will be graded again.",
        )

    def _record(self, attempt: Attempt) -> None:
        self._ledger.append(attempt)
        report.write(
            self._out,
            self._ledger.effective(attempt.id),
            self._assignment,
            name=intake.file_name(attempt.id),
            language=self._options.language,
        )
        self._summarise()

    def _summarise(self, *, at_once: bool = False) -> None:
        if at_once or monotonic() - self._summarised > _SUMMARY_SECONDS:
            report.write_summary(self._out, self._ledger, self._assignment)
            self._summarised = monotonic()


async def _started(grader: Grader) -> None:
    """Start a grader; one that is killed while it starts is started again."""
    for _ in range(TRIES - 1):
        with suppress(Broken):
            return await grader.start()
    try:
        await grader.start()
    except Broken as broken:
        raise SuiteError(f"no grader can be started: {broken}", "See `convmark doctor`.") from None
    return None


def _stable(first: Attempt, again: Sequence[Attempt]) -> Attempt:
    """The first attempt; for a person to look at where a test did not end the same way each time."""
    unstable = [
        test.name
        for number, test in enumerate(first.tests)
        if any(number >= len(other.tests) or other.tests[number].status is not test.status for other in again)
    ]
    if not unstable and all(other.status is first.status for other in again):
        return first
    told = f"not the same each time: {', '.join(unstable) or 'how it ended'}"
    return replace(first, status=Status.FLAGGED, flags=(*first.flags, told))


def _first(failures: BaseExceptionGroup[ConvmarkError]) -> ConvmarkError:
    error: BaseException = failures
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, ConvmarkError)  # `except*` lets no other through
    return error
