"""A file system of its own for the zygote and its workers, as root: what may be read is bound into an empty one.

A worker's user need not be able to reach the interpreter by its path outside (a home of root's is closed
to it), and what is not bound does not exist. Landlock applies all the same.
"""

import os
from collections.abc import Iterable

from grader.worker import kernel

SCRATCH = "/scratch"
_DEVICES = "/dev/"


def enter(new: str, paths: Iterable[str], masked: Iterable[str]) -> None:
    """Leave the file system for one that holds `paths`, read-only, and /scratch.

    Args:
        new: an empty folder to build it on.
        paths: files and folders; one that is not there is left out.
        masked: folders below them that stay empty but for the paths inside.

    Raises:
        OSError: it cannot be built; this process then still sees the old one.
    """
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("tmpfs", new, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "size=4m,mode=0755")
    before = os.umask(0o022)
    try:
        hidden = set(masked)
        for path in sorted({*paths, *hidden}):  # parents come first
            if path in hidden:
                if os.path.isdir(new + path):
                    kernel.mount("tmpfs", new + path, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "size=1m,mode=0755")
            elif os.path.exists(path) and not (os.path.exists(new + path) and not _below(path, hidden)):
                _bind(path, new + path)
        os.mkdir(new + SCRATCH, 0o755)
        os.chdir(new)
        kernel.call(kernel.PIVOT_ROOT, b".\0", b".\0")
        kernel.unmount(".", kernel.MNT_DETACH)
        os.chdir("/")
    except OSError:
        os.chdir("/")
        kernel.unmount(new, kernel.MNT_DETACH)
        raise
    finally:
        os.umask(before)


def _below(path: str, hidden: set[str]) -> bool:
    return any(path.startswith(f"{folder}/") for folder in hidden)


def _bind(path: str, target: str) -> None:
    source = os.path.realpath(path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT, 0o644))
    kernel.mount(source, target, "", kernel.MS_BIND)
    flags = kernel.MS_BIND | kernel.MS_REMOUNT | kernel.MS_RDONLY | kernel.MS_NOSUID
    if not path.startswith(_DEVICES):
        flags |= kernel.MS_NODEV
    kernel.mount("", target, "", flags)
