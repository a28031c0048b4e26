"""A submission behind the wall, as the caller of a test's proxies; and the workers in which it runs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from grader import assignment
from grader.gpu import CUDA
from grader.notebook import Cell
from grader.proxy import Gone, Reply, UnsupportedError, raised
from grader.sandbox import Ended, Limits, Loaded, Lost, Remote, Unsupported, Worker, Zygotes

SLOW_LOAD = 0.5
"""Seconds of loading above which the tests of a task share a worker."""


class Behind:
    """A loaded worker for the calls of one test.

    Args:
        worker: with the cells loaded.
        names: what they define.
        seconds: of wall time for all calls together.
        why: what to say when they are over.

    `ended` says why the worker is gone; None while it lives.
    """

    def __init__(self, worker: Worker, names: Sequence[str], seconds: float, why: str) -> None:
        self.ended: Ended | Lost | None = None
        self._worker = worker
        self._names = names
        self._left = seconds
        self._why = why

    def names(self) -> Sequence[str]:
        """What the submission defines."""
        return self._names

    def call(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Reply:
        """Call a function of the submission; its exceptions come as local ones.

        Raises:
            Gone: its process has ended; `ended` says how.
            UnsupportedError: it gave back what cannot cross.
        """
        began = self._worker.seconds
        try:
            if self._left <= 0:
                raise self._worker.kill("timeout", self._why)
            reply = self._worker.call(name, args, kwargs, seconds=self._left)
        except Remote as error:
            raise raised(error.type_name, _placed(error), error.builtin) from None
        except Unsupported as error:
            raise UnsupportedError(f"{name}: {error}") from None
        except (Ended, Lost) as ended:
            late = isinstance(ended, Ended) and ended.status == "timeout" and self._worker.seconds - began >= self._left
            self.ended = Ended("timeout", self._why) if late else ended
            raise Gone(str(ended)) from None
        finally:
            self._left -= self._worker.seconds - began
        return Reply(reply.value, reply.arguments, reply.keywords, reply.aliases, reply.seconds)


class Workers:
    """The workers of one submission: a fresh one for each test, within what the submission may use in all.

    Where loading takes over `SLOW_LOAD` seconds, and on a GPU, whose start takes as long, the tests of a task
    share one, until it ends.

    Args:
        zygotes: fork them.
        cells: that each of them runs first.
        limits: of the assignment.

    `output` is what loading wrote.
    """

    def __init__(self, zygotes: Zygotes, cells: Sequence[Cell], limits: assignment.Limits) -> None:
        self.output = ""
        self._zygotes = zygotes
        self._cells = [(cell.number, cell.code, cell.problem) for cell in cells]
        self._limits = limits
        self._wall = 0.0
        self._cpu = 0.0
        self._slow = False
        self._names: Sequence[str] = ()
        self._worker: Worker | None = None
        self._task: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop()

    def load(self) -> Loaded:
        """Load the cells for the first time, and measure it; the first test takes the worker over.

        Raises:
            Ended: its process ended, or met a limit.
            Lost: a fault of ours.
        """
        worker, loaded = self._loaded()
        self.output = worker.output
        self._slow = loaded.seconds > SLOW_LOAD or self._zygotes.device == CUDA
        self._names = loaded.names
        return loaded

    @contextmanager
    def behind(self, task: str) -> Iterator[Behind]:
        """The submission for one test of a task.

        Raises:
            Ended: loading it again ended its process, or met a limit.
            Lost: a fault of ours.
        """
        if self._worker is None or self._task not in (None, task):
            _, loaded = self._loaded()
            self._names = loaded.names
        assert self._worker is not None  # set by _loaded
        worker, self._task = self._worker, task
        before = worker.seconds
        left = self._limits.wall_seconds - self._wall
        behind = (
            Behind(worker, self._names, left, self._wall_over)
            if left < self._limits.test_seconds
            else Behind(worker, self._names, self._limits.test_seconds, self._test_over)
        )
        try:
            yield behind
        finally:
            self._wall += worker.seconds - before
            if behind.ended or not self._slow:
                self._drop()

    @property
    def used_up(self) -> str:
        """Which limit of the submission as a whole is used up; empty: none."""
        if self._wall >= self._limits.wall_seconds:
            return self._wall_over
        if self._cpu >= self._limits.cpu_seconds:
            return f"the submission has used its {self._limits.cpu_seconds:g} s of processor time"
        return ""

    @property
    def _wall_over(self) -> str:
        return f"the submission has used its {self._limits.wall_seconds:g} s"

    @property
    def _test_over(self) -> str:
        return f"its calls took longer than {self._limits.test_seconds:g} s"

    def _loaded(self) -> tuple[Worker, Loaded]:
        self._drop()
        limits = self._limits
        worker = self._worker = self._zygotes.worker(
            Limits(
                test_seconds=limits.test_seconds,
                cpu_seconds=max(limits.cpu_seconds - self._cpu, 0.01),
                memory_mb=limits.memory_mb,
                output_mb=limits.output_mb,
                output_kill_mb=limits.output_kill_mb,
            )
        )
        try:
            loaded = worker.load(self._cells, min(limits.load_seconds, limits.wall_seconds - self._wall))
        except Ended:
            self.output = self.output or worker.output
            self._drop()
            raise
        finally:
            self._wall += worker.seconds
        self._task = None
        return worker, loaded

    def _drop(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            self._cpu += max(worker.close().cpu - worker.cpu_before, 0.0)


def _placed(error: Remote) -> str:
    """The text of an exception, with where it came up."""
    return f"{error.text} (cell {error.cell}, line {error.line})" if error.cell else error.text
