"""Places for workers that run at the same time, each with a user of its own, on this machine and not only here."""

import errno
import os
import socket
import sys
import threading

from question_bank.errors import MachineError

FIRST_USER = 60720  # no system gives out 60706 to 61183
USERS = 256


class Slots:
    """Gives out places; the lowest that is free.

    A user is claimed by an address of the kernel's that dies with us, so two graders never share one. Only
    root needs that.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._claims: list[socket.socket | None] = []
        self._users: list[int] = []
        self._free: list[int] = []

    def take(self) -> tuple[int, int]:
        """A place and its user.

        Raises:
            MachineError: all users are taken.
        """
        with self._lock:
            if not self._free:
                self._claim()
            self._free.sort()
            slot = self._free.pop(0)
            return slot, self._users[slot]

    def give(self, slot: int) -> None:
        """Give a place back."""
        with self._lock:
            if slot not in self._free:
                self._free.append(slot)

    def close(self) -> None:
        """Give all users back."""
        for claim in self._claims:
            if claim is not None:
                claim.close()
        self._claims.clear()
        self._users.clear()
        self._free.clear()

    def _claim(self) -> None:
        needed = sys.platform == "linux" and os.geteuid() == 0
        for user in range(FIRST_USER, FIRST_USER + USERS):
            if user in self._users:
                continue
            claim = None
            if needed:
                claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                try:
                    claim.bind(f"\0convmark-user-{user}")
                except OSError as error:
                    claim.close()
                    if error.errno == errno.EADDRINUSE:
                        continue
                    raise
            self._free.append(len(self._users))
            self._users.append(user)
            self._claims.append(claim)
            return
        raise MachineError(f"all {USERS} users for workers are taken", "Run fewer graders at a time.")
