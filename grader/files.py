"""Files of a folder that one grader writes: each there whole or not at all, a lock, and keeping aside."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from question_bank.errors import MachineError, UsageError

try:
    import fcntl
except ImportError:  # not a POSIX system
    HAS_FLOCK = False
else:
    HAS_FLOCK = True

LOCK = ".lock"
_REMEDY = "Make room or choose another --out; running again completes what is missing."


def write(path: Path, content: bytes) -> bool:
    """Write a file in one move; one that has this content already is left alone.

    The name of the file on its way is always the same, so that what a killed run leaves is
    overwritten by the next.

    Returns:
        Whether anything was written.

    Raises:
        MachineError: the disk is full, or the place cannot be written.
    """
    partial = path.with_name(f".{hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]}.partial")
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            partial.write_bytes(content)
            partial.replace(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise failed(path, error) from None
    return True


def failed(path: Path, error: OSError) -> MachineError:
    """The error for a place that cannot be written."""
    return MachineError(f"cannot write {path}: {error.strerror or error}", _REMEDY)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Be the only grader of a folder while the block runs; the folder is made where it is missing.

    The kernel gives the lock back when the process ends, however it ends. Where the system has no
    `flock` the file itself is the lock, and a killed run leaves it behind.

    Raises:
        UsageError: another grader is at work there.
        MachineError: the folder cannot be written.
    """
    path = folder / LOCK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = _taken(path) if HAS_FLOCK else os.open(path, os.O_CREAT | os.O_EXCL)
    except (BlockingIOError, FileExistsError):
        if not folder.is_dir():
            raise UsageError(f"{folder} is a file, not a folder", "Choose another --out.") from None
        remedy = "" if HAS_FLOCK else f" If it was killed, remove {path}."
        raise UsageError(
            f"another grader is at work in {folder}", f"Wait for it to end, or choose another --out.{remedy}"
        ) from None
    except OSError as error:
        raise failed(folder, error) from None
    try:
        yield
    finally:
        if not HAS_FLOCK:
            os.close(handle)  # an open file cannot be removed everywhere
        with suppress(OSError):
            path.unlink(missing_ok=True)
        if HAS_FLOCK:
            os.close(handle)  # last: whoever opened the file before it went must find it locked


def _taken(path: Path) -> int:
    while True:
        handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o666)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(handle), path.stat()):
                    return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)  # the run before took the file away between the two lines


def keep_aside(path: Path, beside: Iterable[str] = ()) -> Path:
    """Rename a damaged file out of the way, to the first number that is free; never over another.

    Args:
        path: `NAME.END`, which becomes `NAME.damaged-1.END`.
        beside: endings of files that belong to it and go with it, such as "-wal".

    Raises:
        MachineError: the folder cannot be written.
    """
    endings = ("", *beside)
    number = 1
    while True:
        target = path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")
        if not any(os.path.lexists(f"{target}{ending}") for ending in endings):
            break
        number += 1
    try:
        for ending in endings:
            source = Path(f"{path}{ending}")
            if os.path.lexists(source):
                source.rename(f"{target}{ending}")
    except OSError as error:
        raise failed(target, error) from None
    return target
