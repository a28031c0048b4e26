"""The bytes of what students hand in, from the disk: regular files within limits, no link followed.

Whatever a student may have put there becomes a problem, which rejects the submission; what the machine
does not let us read is a MachineError.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from grader.archive import DEEPEST, LARGEST_TOTAL, MOST_ENTRIES
from grader.escaping import line
from grader.notebook import LARGEST_FILE, Unreadable
from question_bank.errors import MachineError

IGNORED: Final = frozenset({"__MACOSX", "__pycache__"})

_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))


@dataclass(frozen=True, slots=True)
class Contents:
    """What lies at a path.

    Args:
        sha256: of a file, that of its bytes; of a folder, over the sorted names and bytes of its files,
            each with its length before it. With a problem: of what was read until then and of the problem.
        files: by their names, `/` between folders; the one of a file has the empty name.
        problem: why it is refused, for the student; then there are no files.
    """

    sha256: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    problem: str = ""


def ignored(name: str) -> bool:
    """Whether an entry of a folder is none of the student's work: hidden, or made by a system."""
    return name.startswith(".") or name in IGNORED


def contents(path: Path, largest: int) -> Contents:
    """Read a file, or all files of a folder, once.

    Args:
        path: of the file or folder.
        largest: bytes that a file may have; a folder and its files have their own limits.

    Raises:
        MachineError: it is gone, changes while it is read, or this machine cannot read it.
    """
    digest = hashlib.sha256()
    files: dict[str, bytes] = {}
    try:
        if stat.S_ISDIR(path.lstat().st_mode):
            for name, data in _files(path):
                for piece in (os.fsencode(name), data):
                    digest.update(len(piece).to_bytes(8, "big"))
                    digest.update(piece)
                files[name] = data
        else:
            files[""] = _bytes(path, line(path.name), largest)
            digest.update(files[""])
    except Unreadable as error:
        digest.update(b"\0" + str(error).encode())
        return Contents(digest.hexdigest(), problem=str(error))
    except MachineError:
        raise
    except FileNotFoundError:
        raise _changed(path, "is gone") from None
    except OSError as error:
        where = line(str(error.filename or path))
        raise MachineError(
            f"cannot read {where}: {error.strerror or error}", "Make it readable for the grader and run again."
        ) from None
    return Contents(digest.hexdigest(), files)


def _files(top: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a folder in the order of their names."""
    left = LARGEST_TOTAL
    for name in sorted(_names(top), key=os.fsencode):
        data = _bytes(top / name, line(name), LARGEST_FILE)
        left -= len(data)
        if left < 0:
            raise Unreadable(f"the folder has more than the {LARGEST_TOTAL >> 20} MB allowed")
        yield name, data


def _names(top: Path) -> Iterator[str]:
    """All that lies in a folder and is no folder, by its name from there."""
    left = MOST_ENTRIES
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        if folder.count("/") > DEEPEST:
            raise Unreadable(f"the folder holds folders nested more than {DEEPEST} deep")
        with os.scandir(top / folder) as entries:
            for entry in entries:
                if ignored(entry.name):
                    continue
                left -= 1
                if left < 0:
                    raise Unreadable(f"the folder holds more than the {MOST_ENTRIES:,} entries allowed")
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{folder}{entry.name}/")
                else:
                    yield f"{folder}{entry.name}"


def _bytes(path: Path, name: str, largest: int) -> bytes:
    """The bytes of a regular file; nothing else is opened."""
    _refuse_odd(path.lstat(), name)
    try:
        handle = os.open(path, _FLAGS)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENXIO):  # a link or a socket took its place
            raise _changed(path, "changed while it was read") from None
        raise
    with os.fdopen(handle, "rb") as file:
        before = os.fstat(handle)
        _refuse_odd(before, name)
        if before.st_size > largest:
            raise Unreadable(f"{name} has {before.st_size / 2**20:.1f} MB, more than the {largest >> 20} MB allowed")
        data = file.read(largest + 1)
        after = os.fstat(handle)
    if (before.st_size, before.st_mtime_ns) != (len(data), after.st_mtime_ns):
        raise _changed(path, "changed while it was read")
    return data


def _refuse_odd(status: os.stat_result, name: str) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise Unreadable(f"{name} is a symbolic link, which is not followed; hand in the file itself")
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable(f"{name} is no regular file")


def _changed(path: Path, what: str) -> MachineError:
    return MachineError(f"{line(str(path))} {what}", "Let nothing change the submissions meanwhile, and run again.")
