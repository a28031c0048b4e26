"""Grader processes, as the supervisor sees them: started, asked, watched, replaced when they are gone."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from grader.assignment import Assignment
from grader.errors import KINDS, SuiteError
from grader.gpu import CPU, Gpu, claimed_for
from grader.intake import Entry
from grader.records import Attempt
from question_bank.errors import MachineError

ROOT = Path(__file__).resolve().parents[1]
_BOOT = "import sys; sys.path.insert(0, sys.argv[1]); from grader.process import main; main(int(sys.argv[2]))"
_START_SECONDS = 120.0
_MARGIN = 60.0
_PATIENCE = 3.0
_LONGEST_LINE = 64 << 20


Answer = TypeVar("Answer")


class Broken(Exception):
    """A grader process is gone, or a worker was killed from outside: nothing is known of the submission."""


class Grader:
    """One grader process, started when it is first needed; use it in an `async with`.

    Args:
        assignment: whose suite it holds.
        require: strict, standard or basic.
        scratch: a folder for its files, which the supervisor takes away.
        gpu: what the submissions compute on; unless given on the CPU.
    """

    def __init__(self, assignment: Assignment, require: str, scratch: Path, gpu: Gpu | None = None) -> None:
        self.isolation = ""
        self.tests: tuple[str, ...] = ()
        self._assignment = assignment
        self._require = require
        self._scratch = scratch
        self._gpu = gpu
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def grade(self, entry: Entry, attempt: int) -> Attempt:
        """Grade a submission.

        Raises:
            Broken: a fault of ours that another try may mend.
            SuiteError, MachineError: one that it will not.
        """
        answer = await self._ask({"id": entry.id, "path": str(entry.path), "attempt": attempt})
        return Attempt.of(answer["attempt"])

    async def try_visible(self, entry: Entry) -> Attempt:
        """Run the visible tests alone.

        Raises:
            Broken, SuiteError, MachineError: as for `grade`.
        """
        answer = await self._ask({"id": entry.id, "path": str(entry.path), "attempt": 1, "visible": True})
        return Attempt.of(answer["attempt"])

    async def replay(self, entry: Entry, test: str) -> tuple[str, str]:
        """Run one test again: its status, and in full what it found.

        Raises:
            UsageError: there is no such test.
            Broken, SuiteError, MachineError: as for `grade`.
        """
        answer = await self._ask({"id": entry.id, "path": str(entry.path), "replay": test})
        return answer["status"], answer["message"]

    async def start(self) -> None:
        """Start the process unless it runs.

        Raises:
            Broken: it ended while it started.
            SuiteError: the suite cannot be collected.
            MachineError: less holds here than is required.
        """
        if self._process is not None and self._process.returncode is None:
            return
        command = [sys.executable, "-s", "-c", _BOOT, str(ROOT), str(os.getpid())]
        threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
        try:
            self._process = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=_LONGEST_LINE,
                stderr=asyncio.subprocess.DEVNULL, env={**os.environ, **threads, "TMPDIR": str(self._scratch)},
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise MachineError(f"a grader cannot be started: {error.strerror}") from None
        told = {
            "assignment": str(self._assignment.folder),
            "require": self._require,
            "gpu": asdict(self._gpu) if self._gpu else None,
        }
        answer = await self._exchange(told, _START_SECONDS)
        self.isolation, self.tests = answer["isolation"], tuple(answer["tests"])

    async def stop(self) -> None:
        """End the process; it goes by itself when its input ends, at once when it is told to."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            if process.stdin is not None:
                process.stdin.close()
            for end in (None, process.terminate, process.kill):
                if end is not None:
                    end()
                with suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), _PATIENCE)
                    return

    async def _ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        await self.start()
        return await self._exchange(request, 2 * self._assignment.limits.wall_seconds + _MARGIN)

    async def _exchange(self, request: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None  # noqa: PT018
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            await process.stdin.drain()
            line = await asyncio.wait_for(process.stdout.readline(), seconds)
        except TimeoutError:
            await self._kill()
            raise Broken(f"a grader did not answer within {seconds:g} s") from None
        except (ConnectionError, ValueError):
            line = b""
        except asyncio.CancelledError:
            await self._kill()
            raise
        if not line.endswith(b"\n"):
            await self._kill()
            raise Broken("a grader process ended unexpectedly")
        answer: dict[str, Any] = json.loads(line)
        if "lost" in answer:
            raise Broken(answer["lost"])
        if "failed" in answer:
            raise KINDS.get(answer["failed"], SuiteError)(answer["message"], answer["remedy"])
        return answer

    async def _kill(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.terminate()
            await self.stop()


def ask_once(
    assignment: Assignment, require: str, ask: Callable[[Grader], Awaitable[Answer]], device: str = CPU
) -> Answer:
    """Ask one question of a grader that is started for it.

    Raises:
        SuiteError: the suite cannot be collected, or a process was killed from outside.
        MachineError: less holds here than is required.
    """

    async def asked(scratch: Path, gpu: Gpu | None) -> Answer:
        async with Grader(assignment, require, scratch, gpu) as grader:
            try:
                return await ask(grader)
            except Broken as broken:
                raise SuiteError(str(broken), "Try again.") from None

    with (
        claimed_for(device) as gpus,
        tempfile.TemporaryDirectory(prefix="convmark-", ignore_cleanup_errors=True) as scratch,
    ):
        return asyncio.run(asked(Path(scratch), gpus[0] if gpus else None))
