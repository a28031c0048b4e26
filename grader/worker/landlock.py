"""Landlock: a process says which paths it will touch, and can never take it back. Needs no root."""

import ctypes
import os
from collections.abc import Iterable

from grader.worker import kernel

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_DIR, MAKE_REG, TRUNCATE, IOCTL = 1 << 7, 1 << 8, 1 << 14, 1 << 15
READ = READ_FILE | READ_DIR
SCRATCH = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | TRUNCATE
DEVICE = READ_FILE | WRITE_FILE | IOCTL
OF_FILES = DEVICE | TRUNCATE

# the rights that each version of the interface (ABI) knows: 1 bits 0-12, 2 +REFER, 3 +TRUNCATE, 5 +IOCTL_DEV
_RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF, 5: 0xFFFF}
_TCP, _SCOPES = 0b11, 0b11  # bind and connect; abstract sockets and signals
_PATH_BENEATH, _VERSION = 1, 1


def abi() -> int:
    """The version of Landlock in this kernel; 0 where there is none."""
    try:
        return kernel.call(kernel.LANDLOCK_CREATE, None, 0, _VERSION)
    except OSError:
        return 0


def rights(version: int) -> int:
    """All rights over files that a version knows."""
    return _RIGHTS.get(min(version, 5), 0)


def ruleset(version: int, allowed: Iterable[tuple[str, int]]) -> int:
    """A ruleset that refuses everything but these rights below these paths, as a descriptor.

    Raises:
        OSError: the kernel refuses it.
    """
    attributes = (ctypes.c_uint64 * 3)(
        rights(version), _TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0
    )  # fmt: skip
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    made = kernel.call(kernel.LANDLOCK_CREATE, attributes, size, 0)
    for path, wanted in allowed:
        allow(made, version, path, wanted)
    return made


def allow(made: int, version: int, path: str, wanted: int) -> None:
    """Add rights below a path to a ruleset.

    A path that is not there is left out, and so is one that we cannot reach: the worker cannot either.

    Raises:
        OSError: the kernel refuses it.
    """
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError):
        return
    try:
        if not os.path.isdir(path):  # pathlib costs more than the system calls here
            wanted &= OF_FILES
        rule = (ctypes.c_char * 12).from_buffer_copy(
            (wanted & rights(version)).to_bytes(8, "little") + opened.to_bytes(4, "little")
        )
        kernel.call(kernel.LANDLOCK_ADD, made, _PATH_BENEATH, rule, 0)
    finally:
        os.close(opened)


def restrict(made: int) -> None:
    """Put this process under a ruleset for good; no_new_privs must be set."""
    kernel.call(kernel.LANDLOCK_RESTRICT, made, 0)
