"""A worker as the grader sees it: load the cells, call what they define, read the output."""

import contextlib
import re
import signal
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from types import TracebackType
from typing import Any, Self

from grader.escaping import line, printable
from grader.sandbox.channel import Channel, Closed, Flood, Late
from grader.sandbox.limits import MEGABYTE, Limits
from grader.sandbox.output import Output
from grader.sandbox.replies import Ended, Loaded, Lost, Remote, Reply, Unsupported
from grader.worker import codec
from grader.worker.codec import Caps, Malformed
from grader.worker.loop import REQUEST
from grader.worker.modules import Handle

_NAME = re.compile(r"[^\W\d]\w{0,99}\Z")
_PATIENCE = 0.5
_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Fate:
    """How a worker ended, as the zygote saw it.

    Args:
        status: as the kernel says it.
        cpu: seconds of processor time.
        peak: bytes of memory.
        fact: the limit that it was killed for; empty: none.
        forced: it was alive, and killed because we asked for it.
    """

    status: int
    cpu: float
    peak: int
    fact: str
    forced: bool


class Worker:
    """Made by `Zygotes.worker`; locked before this object exists.

    Args:
        channel: our ends.
        limits: what it may use.
        output: what it has written.
        pid: as this machine knows it.
        end: has it killed if it lives, waits for it, and says how it ended.
    """

    def __init__(
        self, channel: Channel, limits: Limits, output: Output, pid: int, end: Callable[[int, float], Fate]
    ) -> None:
        self.pid = pid
        self.limits = limits
        self.seconds = 0.0
        self.fate: Fate | None = None
        self.cpu_before = 0.0  # processor time that it took to make it ready
        self._channel = channel
        self._output = output
        self._end = end
        self._ended: Ended | Lost | None = None
        self._seq = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        return self.fate is None

    @property
    def output(self) -> str:
        """What it has written so far, as printable text: the head, a line that says what is left out, the tail."""
        with contextlib.suppress(Flood):
            self._channel.drain()
        return printable(self._output.text())

    @property
    def layout(self) -> int:
        """Bytes of output in all."""
        return self._output.total

    def load(self, cells: Iterable[tuple[int, str, str]], seconds: float | None = None) -> Loaded:
        """Run cells, one after the other, in the worker's one namespace.

        Args:
            cells: number, code, and why it must not run (empty: it may).
            seconds: instead of the limits' `load_seconds`.

        Raises:
            Ended, Lost: as for `call`.
        """
        limit = self.limits.load_seconds if seconds is None else seconds
        told = [[number, code, problem] for number, code, problem in cells]
        answer, took = self._ask({"op": "load", "cells": told}, limit, "loading")
        match answer:
            case {"names": list(names), "errors": list(errors)}:
                good = tuple(name for name in names if type(name) is str and _NAME.match(name))
                return Loaded(good, tuple(self._error(row) for row in errors), took)
        raise self._garbled("no list of names")

    def call(
        self,
        name: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        seconds: float | None = None,
        after: bool = True,
    ) -> Reply:
        """Call something that the cells define.

        Args:
            name: in the worker's namespace.
            args: values that the codec knows; strided arrays arrive strided.
            kwargs: by name.
            seconds: instead of the limits' `test_seconds`.
            after: send the arguments back as they stand after the call; without, the reply has none, and a call
                with large arguments takes a third less.

        Raises:
            Remote: the student's code raised an exception.
            Unsupported: what it gave back cannot cross; the worker lives.
            Ended: it died or met a limit.
            Lost: it, or the zygote, was killed from outside.
        """
        limit = self.limits.test_seconds if seconds is None else seconds
        message = {"op": "call", "name": name, "args": tuple(args), "kwargs": dict(kwargs or {}), "after": after}
        answer, took = self._ask(message, limit, "the call")
        match answer:
            case {"module": int(number)} if number >= 0:
                answer["value"] = Handle(number)
        match answer:
            case {"value": value, "args": tuple(back), "kwargs": dict(keywords), "aliases": list(aliases)} if len(
                back
            ) == (len(args) if after else 0):
                places = tuple(place for place in aliases if type(place) is int and 0 <= place < len(args))
                return Reply(value, back, keywords, places, took)
            case {"error": [str(kind), str(text), str(builtin), int(cell), int(number)]}:
                if (
                    kind == "MemoryError"
                ):  # the limit on its own memory shows in no fact of ours, and a lie gains nothing
                    raise self._over("memory", f"it asked for more memory than {self.limits.memory_mb:,} MB")
                raise Remote(_named(kind), printable(text)[:_TEXT], _named(builtin), cell, number)
            case {"unsupported": str(text)}:
                raise Unsupported(line(text)[:500])
        raise self._garbled("no answer to a call")

    def kill(self, status: str, reason: str) -> Ended:
        """End it, for a limit that is kept elsewhere, and give the exception to raise."""
        return self._over(status, reason)

    def close(self) -> Fate:
        """End it; nothing of it is left when this returns."""
        if self.fate is None:
            self._finish(0)
        return self.fate or Fate(0, 0.0, 0, "", forced=True)

    def _ask(self, message: dict[str, Any], seconds: float, what: str) -> tuple[Any, float]:
        if self._ended is not None:
            raise self._ended
        if self.fate is not None:
            raise Ended("error", "the worker is closed")
        self._seq += 1
        try:
            parts = codec.encode({"seq": self._seq, **message}, REQUEST, views=True)
        except codec.Unsupported as error:
            raise Unsupported(f"an argument cannot cross: {error}") from None
        began = monotonic()
        deadline = began + seconds
        try:
            self._channel.discard(deadline)
            self._channel.send(parts, deadline)
            answer = self._channel.receive(deadline)
        except Late:
            raise self._over("timeout", f"{what} took longer than {seconds:g} s") from None
        except Flood:
            raise self._over("output", f"it wrote more than {self.limits.output_kill_mb:g} MB") from None
        except Malformed:
            raise self._garbled("no frame") from None
        except Closed:
            raise self._died() from None
        finally:
            took = monotonic() - began
            self.seconds += took
        if type(answer) is not dict or answer.get("seq") != self._seq:
            raise self._garbled("an answer to another question")
        return answer, took

    def _error(self, row: Any) -> tuple[int, str, str]:
        match row:
            case [int(cell), str(kind), str(text), str(_), int(_), int(_)]:
                return cell, _named(kind), printable(text)[:_TEXT]
        raise self._garbled("no error of a cell")

    def _garbled(self, what: str) -> Ended | Lost:
        """The worker writes to the channel itself: whatever else it is, it is no answer."""
        return self._over("error", f"what came from the process of the submission is {what}")

    def _over(self, status: str, reason: str) -> Ended:
        """Kill it for a reason of ours."""
        if self.fate is None:
            self._finish(0)
        ended = Ended(status, reason)
        self._ended = ended
        return ended

    def _died(self) -> Ended | Lost:
        """It has gone, or closed the channel: say why, by what the zygote saw."""
        fate = self._finish(_PATIENCE)
        self._ended = fate if isinstance(fate, Lost) else self._explain(fate)
        return self._ended

    def _finish(self, patience: float) -> "Fate | Lost":
        try:
            self.fate = self._end(self.pid, patience)
        except Lost as lost:
            self.fate = Fate(0, 0.0, 0, "", forced=True)
            self._ended = lost
            return lost
        finally:
            with contextlib.suppress(Flood):
                self._channel.drain()
            self._channel.close()
        return self.fate

    def _explain(self, fate: Fate) -> Ended | Lost:
        limits = self.limits
        if fate.fact == "memory":
            return Ended("memory", f"it used more memory than {limits.memory_mb:,} MB")
        if fate.fact == "files":
            return Ended("output", f"it wrote over {limits.scratch_mb} MB, too many files, or files out of sight")
        if fate.fact == "threads":
            return Ended("error", "it started too many threads, or left some running by themselves")
        if fate.fact == "cpu" or fate.cpu >= limits.cpu_seconds:
            return Ended("timeout", f"it used more than {limits.cpu_seconds:g} s of processor time")
        if self._output.total > limits.output_kill_mb * MEGABYTE:
            return Ended("output", f"it wrote more than {limits.output_kill_mb:g} MB")
        if fate.forced:
            return Ended("error", "it closed the channel to the grader")
        number = fate.status & 0x7F
        if number == signal.SIGKILL:
            return Lost("a worker was killed from outside", "Grade again: nothing is known of this submission.")
        if number:
            return Ended("error", f"its process crashed ({_signal(number)})")
        return Ended("error", f"it ended its own process (exit code {fate.status >> 8})")


def _named(name: str) -> str:
    return name if _NAME.match(name) else "Exception"


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def caps(limits: Limits, *, tensors: bool) -> Caps:
    """The caps of an answer."""
    return Caps(data=limits.reply_mb * MEGABYTE, tensors=tensors)
