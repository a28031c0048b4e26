"""Control groups: the kernel's own limit on memory and processes, where a group of ours can be made.

Version 1 where it is mounted, else version 2. The folders are held open, so they are within reach after
the file system has been left behind, and are removed when the zygote ends; what a killed one left is removed by
the next.
"""

import contextlib
import os

PREFIX = "convmark"
_WANTED = ("memory", "pids")


class Cgroups:
    """A group per slot.

    Raises:
        OSError: no group of ours can be made here; the text says why.
    """

    def __init__(self) -> None:
        self._parents: dict[str, int] = {}
        self._slots: set[int] = set()
        self._unified = False
        try:
            self._open()
            self.make(0, 1 << 30, 64)
        except OSError:
            self.close()
            raise

    def _open(self) -> None:
        folders = _version_1()
        if "memory" not in folders:
            self._unified = True
            own = _version_2()
            control = f"{own}/cgroup.subtree_control"
            with contextlib.suppress(OSError):  # it may be on already; whether it is shows in `make`
                _write(control, "+memory +pids")
            folders = {"memory": own}
        for kind, folder in folders.items():
            _prune(folder)
            self._parents[kind] = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def make(self, slot: int, memory: int, processes: int) -> None:
        """Make or reset the group of a slot."""
        for parent in self._parents.values():
            with contextlib.suppress(FileExistsError):
                os.mkdir(_name(slot), 0o755, dir_fd=parent)  # relative to an open folder
        self._slots.add(slot)
        if self._unified:
            self._write("memory", slot, "memory.max", memory)
            self._write("memory", slot, "memory.oom.group", 1)
            self._write("memory", slot, "pids.max", processes)
            return
        self._write("memory", slot, "memory.limit_in_bytes", memory)
        if "pids" in self._parents:
            self._write("pids", slot, "pids.max", processes)

    def enter(self, slot: int, pid: int) -> None:
        """Put a process into the group of a slot."""
        for kind in self._parents:
            self._write(kind, slot, "cgroup.procs", pid)

    def killed(self, slot: int) -> int:
        """How often the kernel has killed for want of memory in the group of a slot."""
        file = "memory.events" if self._unified else "memory.oom_control"
        lines = self._read("memory", slot, file).splitlines()
        return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)

    def close(self) -> None:
        """Remove the groups; they must be empty by then."""
        for parent in self._parents.values():
            for slot in self._slots:
                with contextlib.suppress(OSError):
                    os.rmdir(_name(slot), dir_fd=parent)
            os.close(parent)
        self._parents = {}

    def _write(self, kind: str, slot: int, file: str, value: int) -> None:
        opened = os.open(f"{_name(slot)}/{file}", os.O_WRONLY | os.O_CLOEXEC, dir_fd=self._parents[kind])
        try:
            os.write(opened, str(value).encode())
        finally:
            os.close(opened)

    def _read(self, kind: str, slot: int, file: str) -> str:
        opened = os.open(f"{_name(slot)}/{file}", os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._parents[kind])
        try:
            return os.read(opened, 1 << 14).decode("ascii", "replace")
        finally:
            os.close(opened)


def _name(slot: int) -> str:
    return f"{PREFIX}-{os.getpid()}-{slot}"


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def _own() -> list[tuple[str, str]]:
    """Which controllers, and the path in their hierarchy, of this process."""
    with open("/proc/self/cgroup", encoding="utf-8") as file:
        return [(fields[1], fields[2]) for line in file if len(fields := line.rstrip("\n").split(":", 2)) == 3]


def _mounted() -> list[tuple[str, str, str, str]]:
    """The root, mount point, kind and options of each hierarchy."""
    found = []
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        for line in file:
            left, _, right = line.partition(" - ")
            if right.startswith("cgroup"):
                fields, kind = left.split(), right.split()
                found.append((fields[3], fields[4], kind[0], kind[-1]))
    return found


def _below(root: str, point: str, path: str) -> str:
    return point + (path[len(root) :] if root != "/" and path.startswith(root) else path).rstrip("/")


def _version_1() -> dict[str, str]:
    found = {}
    for root, point, kind, options in _mounted():
        for names, path in _own():
            for name in _WANTED:
                if kind == "cgroup" and name in names.split(",") and name in options.split(","):
                    found[name] = _below(root, point, path)
    return found


def _version_2() -> str:
    for root, point, kind, _ in _mounted():
        for names, path in _own():
            if kind == "cgroup2" and not names:
                return _below(root, point, path)
    raise OSError(2, "no control groups are mounted")


def _prune(folder: str) -> None:
    """Remove the groups of zygotes that are no more."""
    for name in os.listdir(folder):
        parts = name.split("-")
        if parts[0] == PREFIX and len(parts) == 3 and parts[1].isdigit() and not os.path.exists(f"/proc/{parts[1]}"):
            with contextlib.suppress(OSError):
                os.rmdir(f"{folder}/{name}")
