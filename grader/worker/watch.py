"""What the zygote sees of its workers from outside, by /proc: memory, time, threads, files."""

import os
import signal
from dataclasses import dataclass, field
from time import monotonic

from grader.worker import scratch
from grader.worker.lockdown import THREADS, Rations

EVERY = 0.02
_FILES_EVERY = 0.1
_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(slots=True)
class Watched:
    """A worker as the zygote knows it.

    Args:
        pid: as the zygote sees it.
        slot: its place.
        rations: its limits.
        folder: where its files are counted; None: its file system has a size of its own.
        killed_before: the count of kills for memory in its control group when it began.
        fact: why the zygote killed it: memory, cpu, threads or files; empty: it did not.
        peak: the most memory seen, in bytes.
        system: seconds that the kernel has worked for it.
    """

    pid: int
    slot: int
    rations: Rations
    folder: str | None
    killed_before: int = 0
    fact: str = ""
    peak: int = 0
    system: float = 0.0
    _looked: float = field(default=0.0)
    _headless: bool = field(default=False)

    def look(self, proc: int) -> None:
        """Kill it when it is over a limit.

        Args:
            proc: a descriptor of /proc.
        """
        if self.fact:
            return
        try:
            fields = stat_of(self.pid, proc)
        except OSError:
            return
        threads, memory = int(fields[17]), int(fields[21]) * _PAGE
        self.system = int(fields[12]) / _TICK
        cpu = int(fields[11]) / _TICK + self.system
        self.peak = max(self.peak, memory)
        headless, self._headless = self._headless, fields[0] == b"Z" and threads > 1
        if memory > self.rations.memory:
            self.end("memory")
        elif cpu > self.rations.cpu:
            self.end("cpu")
        elif threads > 2 * THREADS or (headless and self._headless):  # without its first thread no memory shows
            self.end("threads")
        elif self.folder and monotonic() - self._looked > _FILES_EVERY:
            self._looked = monotonic()
            if scratch.used(self.folder, self.rations.scratch) is None:
                self.end("files")

    def end(self, fact: str) -> None:
        """Kill it, and remember why; its process group too."""
        self.fact = self.fact or fact
        kill(self.pid)


def stat_of(pid: int, proc: int) -> list[bytes]:
    """What the kernel says of a process, from its state on.

    Raises:
        OSError: it is gone, or we may not look.
    """
    opened = os.open(f"{pid}/stat", os.O_RDONLY | os.O_CLOEXEC, dir_fd=proc)
    try:
        line = os.read(opened, 1024)
    finally:
        os.close(opened)
    return line[line.rfind(b")") + 2 :].split()


def kill(pid: int) -> None:
    """Kill a process and its group; both may be gone."""
    for send in (os.killpg, os.kill):
        try:
            send(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue
