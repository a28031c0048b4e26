"""What a worker writes to standard output and error: the head and the tail of it."""

from collections import deque


class Output:
    r"""Keeps at most `kept` bytes, half of them from the beginning, and counts all.

    >>> output = Output(8)
    >>> output.add(b"abcdefgh"); output.add(b"ijkl")
    >>> output.text()
    'abcd\n[4 bytes of output are left out here]\nijkl'
    """

    def __init__(self, kept: int) -> None:
        self._half = max(1, kept // 2)
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._held = 0
        self.total = 0

    def add(self, data: bytes) -> None:
        """Take what was written."""
        self.total += len(data)
        room = self._half - len(self._head)
        if room > 0:
            self._head += data[:room]
            data = data[room:]
        if data:
            self._tail.append(data)
            self._held += len(data)
            while self._held - len(self._tail[0]) >= self._half:
                self._held -= len(self._tail.popleft())

    def text(self) -> str:
        """All that is kept, with a line that says how much is not."""
        tail = b"".join(self._tail)[-self._half :]
        cut = self.total - len(self._head) - len(tail)
        head = self._head.decode("utf-8", "replace")
        between = f"\n[{cut:,} bytes of output are left out here]\n" if cut else ""
        return head + between + tail.decode("utf-8", "replace")
