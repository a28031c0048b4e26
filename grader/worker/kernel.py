"""The kernel's calls that Python has no name for, by ctypes. Each raises OSError with what the kernel said."""

import ctypes
import os
import platform
import sys

LINUX = sys.platform == "linux"
MACHINE = platform.machine()

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38
CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWNET = 0x00020000, 0x08000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 32, 4096, 16384, 1 << 18
MNT_DETACH = 2

CAPSET = {"x86_64": 126, "aarch64": 91}.get(MACHINE, -1)
SECCOMP = {"x86_64": 317, "aarch64": 277}.get(MACHINE, -1)
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}.get(MACHINE, -1)
CLOSE_RANGE = 436
LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446

_libc = ctypes.CDLL(None, use_errno=True)
_syscall = getattr(_libc, "syscall", None)


def call(number: int, *arguments: object) -> int:
    """A system call by its number."""
    if not LINUX or _syscall is None or number < 0:
        raise OSError(38, "this system has no such call")
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    return _checked(_syscall(ctypes.c_long(number), *words))


def prctl(option: int, value: int = 0) -> int:
    """Change what the kernel does with this process."""
    if not LINUX:
        raise OSError(38, "this system has no prctl")
    return _checked(_libc.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)))


def unshare(flags: int) -> None:
    """Leave namespaces for new ones; the pid namespace is that of the children."""
    if not LINUX:
        raise OSError(38, "this system has no namespaces")
    _checked(_libc.unshare(flags))


def setns(descriptor: int, kind: int) -> None:
    """Enter a namespace."""
    _checked(_libc.setns(descriptor, kind))


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Mount, bind or remount."""
    words = [os.fsencode(word) if word else None for word in (source, target, kind)]
    _checked(_libc.mount(*words, ctypes.c_ulong(flags), os.fsencode(options) if options else None), target)


def unmount(target: str, flags: int = 0) -> None:
    """Unmount."""
    _checked(_libc.umount2(os.fsencode(target), flags), target)


def keep_memory() -> None:
    """Have the allocator keep what is freed: fresh pages cost more than all the copying of a large array.

    It is a setting of the whole process, known to glibc; elsewhere nothing happens.
    """
    if hasattr(_libc, "mallopt"):
        _libc.mallopt(-3, 32 << 20)  # M_MMAP_THRESHOLD
        _libc.mallopt(-1, 128 << 20)  # M_TRIM_THRESHOLD


def close_from(first: int) -> None:
    """Close all descriptors from a number on."""
    try:
        call(CLOSE_RANGE, first, 0xFFFFFFFF, 0)
    except OSError:  # before Linux 5.9
        os.closerange(first, 1 << 16)


def drop_capabilities() -> None:
    """Give up what makes root more than the owner of its files."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:  # past the last one that this kernel knows, or not ours to drop
            break
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    call(CAPSET, header, (ctypes.c_uint32 * 6)())


def _checked(result: int, name: str | None = None) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)
    return int(result)
