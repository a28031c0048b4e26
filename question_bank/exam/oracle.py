"""The oracle of an exam: a process of its own that measures drawn variants while others are drawn.

torch takes over a second to import; in a second process that second runs beside the drawing. The
process ends with ours, however ours ends.
"""

import gc
import multiprocessing
from collections.abc import Iterable
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any, Self

from question_bank.errors import ConvmarkError, MachineError

_BATCH = 32


def _measure(requests: Connection, ours: Connection) -> None:
    """Measure batches of (family, given) until None comes, then send all results back."""
    ours.close()  # else this process would wait for ever on a parent that was killed
    results: list[Any] = []
    try:
        gc.disable()  # collecting garbage while importing takes a fifth of the time
        import torch

        from question_bank import registry

        gc.enable()

        torch.set_num_threads(1)
        while (batch := requests.recv()) is not None:
            for family_id, raw in batch:
                family = registry.get(family_id)
                try:
                    results.append((dict(family.measured(family.read(raw))), ""))
                except ConvmarkError as error:
                    results.append((None, error.message))
        requests.send(results)
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return


class Oracle:
    """Measures the variants it is sent; the results come in the same order."""

    def __enter__(self) -> Self:
        methods = multiprocessing.get_all_start_methods()
        context: Any = multiprocessing.get_context("fork" if "fork" in methods else "spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_measure, args=(theirs, self._ours), daemon=True)
        self._process.start()
        theirs.close()
        # a thread feeds the pipe: it holds 64 KiB, and the process takes a while to begin
        self._requests: SimpleQueue[list[tuple[str, Any]] | None] = SimpleQueue()
        self._feeder = Thread(target=self._feed, daemon=True)
        self._feeder.start()
        self._batch: list[tuple[str, Any]] = []
        return self

    def _feed(self) -> None:
        with suppress(OSError):  # the process is gone; `results` will find that out
            while (batch := self._requests.get()) is not None:
                self._ours.send(batch)
            self._ours.send(None)

    def send(self, family_id: str, raw: Any) -> None:
        """Have one instance measured."""
        self._batch.append((family_id, raw))
        if len(self._batch) == _BATCH:
            self._requests.put(self._batch)
            self._batch = []

    def results(self) -> Iterable[tuple[Any, str]]:
        """What was measured, or None with the reason, for every instance in order.

        Raises:
            MachineError: the process was lost.
        """
        self._requests.put(self._batch)
        self._requests.put(None)
        try:
            measured: Iterable[tuple[Any, str]] = self._ours.recv()
        except (EOFError, OSError):
            raise MachineError(
                "the process that measures the keys was lost",
                "Is there memory enough? Try again, or with --no-measure.",
            ) from None
        return measured

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self._process.kill()
        self._process.join()
        self._requests.put(None)
        self._feeder.join()
        self._ours.close()
        self._process.close()
