"""Frames to and from a worker that may do anything with its end: every step has a deadline."""

import contextlib
import fcntl
import os
import select
import socket
from time import monotonic
from typing import Any

from grader.sandbox.output import Output
from grader.worker.codec import LENGTH, Caps, Malformed, decode

_CHUNK = 1 << 18
_GATHERED = 64
_PIPE = 1 << 20
_F_SETPIPE_SZ = 1031


class Late(Exception):
    """The deadline has passed."""


class Closed(Exception):
    """The worker has closed its end, most likely by dying."""


class Flood(Exception):
    """The worker writes too much, as output or uncalled-for answers."""


class Channel:
    """Our ends of a worker's socket and of the pipe of its output.

    Args:
        output: takes what the worker writes.
        flood: bytes of output that end a worker.
        caps: of what it answers.
    """

    def __init__(self, output: Output, flood: int, caps: Caps) -> None:
        self._socket, self._far = socket.socketpair()
        read, write = os.pipe()
        self._pipe, self._far_pipe = read, write
        self._output, self._flood, self._caps = output, flood, caps
        self._socket.setblocking(False)
        os.set_blocking(read, False)
        with contextlib.suppress(OSError):  # a user may have only so much of pipes
            fcntl.fcntl(read, _F_SETPIPE_SZ, _PIPE)
        for end in (self._socket, self._far):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _PIPE)
        self._open = True
        self._poll = select.poll()
        self._poll.register(read, select.POLLIN)

    @property
    def far(self) -> list[int]:
        """The worker's ends, until they are given away."""
        return [self._far.fileno(), self._far_pipe]

    def give(self) -> None:
        """Close the worker's ends here; they have been sent."""
        self._far.close()
        if self._far_pipe >= 0:
            os.close(self._far_pipe)
        self._far_pipe = -1

    def send(self, parts: list[Any], deadline: float) -> None:
        """Send a frame.

        Raises:
            Late, Closed, Flood: the worker does not read, is gone, or floods us with output meanwhile.
        """
        rest = [memoryview(part).cast("B") for part in parts]
        while rest:
            try:
                sent = self._socket.sendmsg(rest[:_GATHERED])
            except BlockingIOError:
                self._wait(select.POLLOUT, deadline)
                continue
            except OSError as error:
                raise Closed from error
            done = 0
            while done < len(rest) and sent >= len(rest[done]):
                sent -= len(rest[done])
                done += 1
            del rest[:done]
            if sent:
                rest[0] = rest[0][sent:]
            if rest:
                _in_time(deadline)

    def receive(self, deadline: float) -> Any:
        """One frame, decoded.

        Raises:
            Late, Closed, Flood: it does not come.
            Malformed: it is none.
        """
        head = bytearray(LENGTH.size)
        self._fill(memoryview(head), deadline)
        size = LENGTH.unpack(head)[0]
        if size > self._caps.header:
            raise Malformed("a header too long")
        header = bytearray(size)
        self._fill(memoryview(header), deadline)
        found = decode(header, self._caps)
        for buffer in found.buffers:
            self._fill(buffer, deadline)
        return found.finish()

    def discard(self, deadline: float) -> None:
        """Drop whatever the worker has sent uncalled for.

        Raises:
            Late, Closed, Flood: it does not stop in time; it is gone; it sends too much.
        """
        total = 0
        while total <= self._flood:
            try:
                got = len(self._socket.recv(_CHUNK))
            except BlockingIOError:
                return
            except OSError as error:
                raise Closed from error
            if not got:
                raise Closed
            _in_time(deadline)
            total += got
        raise Flood

    def drain(self) -> None:
        """Take the output that is there, no more than a pipe holds: a worker may write as fast as we read.

        Raises:
            Flood: it is too much in all.
        """
        for _ in range(_PIPE // _CHUNK + 1):
            if not self._open:
                return
            try:
                data = os.read(self._pipe, _CHUNK)
            except BlockingIOError:
                return
            if not data:
                self._deafen()
                return
            self._output.add(data)
            if self._output.total > self._flood:
                raise Flood

    def close(self) -> None:
        """Close all ends."""
        self.give()
        self._socket.close()
        if self._pipe >= 0:
            os.close(self._pipe)
        self._pipe, self._open = -1, False

    def _deafen(self) -> None:
        self._open = False
        self._poll.unregister(self._pipe)

    def _fill(self, buffer: memoryview, deadline: float) -> None:
        while len(buffer):
            try:
                got = self._socket.recv_into(buffer)
            except BlockingIOError:
                self._wait(select.POLLIN, deadline)
                continue
            except OSError as error:
                raise Closed from error
            if not got:
                raise Closed
            buffer = buffer[got:]
            if buffer:
                _in_time(deadline)

    def _wait(self, event: int, deadline: float) -> None:
        """Wait for the socket, draining the output meanwhile."""
        self._poll.register(self._socket, event)
        while True:
            left = deadline - monotonic()
            if left <= 0:
                raise Late
            for number, happened in self._poll.poll(left * 1000 + 1):
                if number != self._pipe:
                    return
                if happened & select.POLLIN:
                    self.drain()
                else:  # nobody holds the other end any more
                    self._deafen()


def _in_time(deadline: float) -> None:
    """Look at the clock, where a worker that is always ready keeps us from ever waiting.

    Raises:
        Late: the deadline has passed.
    """
    if monotonic() > deadline:
        raise Late
