"""One run at a time: a lock that ends with the process that holds it, however that ends."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from question_bank.errors import MachineError

try:
    import fcntl
except ImportError:  # not a POSIX system
    HAS_FLOCK = False
else:
    HAS_FLOCK = True


@contextmanager
def alone(path: Path, what: str) -> Iterator[None]:
    """Hold the lock file `path` while the block runs; afterwards the file is gone.

    Where the system has no `flock` the file itself is the lock, and a killed run leaves it behind.

    Args:
        path: of the lock file; its folder must be there.
        what: is being written, for the message.

    Raises:
        MachineError: another run holds the lock, or the place cannot be written.
    """
    try:
        handle = _taken(path) if HAS_FLOCK else os.open(path, os.O_CREAT | os.O_EXCL)
    except (BlockingIOError, FileExistsError):
        remedy = "Wait for it to end." if HAS_FLOCK else f"Wait for it to end; if it was killed, remove {path}."
        raise MachineError(f"another run is writing {what}", remedy) from None
    except OSError as error:
        raise MachineError(f"cannot write {what}: {error.strerror}", "Choose another --out.") from None
    try:
        yield
    finally:
        if not HAS_FLOCK:
            os.close(handle)  # an open file cannot be removed everywhere
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
