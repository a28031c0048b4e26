"""Which layers hold on this machine, and how each worker is to be locked into them.

Built once in the zygote: what can be had is tried in a child that locks itself down; a layer that fails
is left out and named, and the grader decides whether what is left will do.
"""

import contextlib
import os
import sys
from collections.abc import Callable
from typing import Any

from grader.worker import kernel, landlock, mounts, scratch, seccomp
from grader.worker.cgroup import Cgroups
from grader.worker.lockdown import THREADS, Failed, Plan, Rations

LAYERS = (
    "process", "limits", "no_new_privs", "seccomp", "landlock", "signals", "uid", "pid", "net", "ipc", "mounts",
    "cgroup",
)  # fmt: skip
_PACKAGES = ("site-packages", "dist-packages")
_LEFT_OUT = "left out on request"
_NOT_ROOT = "only root can"
_PROC = "the driver of the GPU looks for its process in /proc"
Trial = Callable[["Walls", Plan, list[str]], tuple[str, str]]


class Walls:
    """The layers that hold, and what is needed to put workers behind them."""

    def __init__(self, configuration: dict[str, Any], trial: Trial) -> None:
        self._root = kernel.LINUX and os.geteuid() == 0
        self._why = dict.fromkeys(configuration["without"], _LEFT_OUT)
        self._scratch: str = configuration["scratch"]
        self._parent = os.open(os.path.dirname(self._scratch), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._floor = scratch.floor(self._parent)
        self._folder = self._scratch
        self._pid_namespace = -1
        self._rules: dict[int, int] = {}
        self._cgroups: Cgroups | None = None
        self._packages: list[str] = configuration["packages"].values()
        self._library, self._masked = _library()
        self._read = [*self._library, *self._packages, *configuration["readable"]]
        self._gpu: bool = configuration["gpu"]
        self._devices: list[str] = configuration["devices"]
        if self._gpu:
            self._why |= dict.fromkeys(("pid", "mounts"), _PROC)
        self._processes = _processes(self._root)
        self._mapped = 0 if self._gpu else _mapped()  # a GPU's address space is larger than any machine's memory
        self._abi = 0 if "landlock" in self._why else landlock.abi()
        if not self._abi:
            self._without("landlock", "this kernel has no Landlock (5.13 and later have, unless it is switched off)")
        if "seccomp" not in self._why:
            try:
                seccomp.program_of(1, gpu=self._gpu)
            except OSError as error:
                self._without("seccomp", str(error))
        self._machine()
        self._try(configuration, trial)

    def _without(self, layer: str, why: str) -> None:
        self._why.setdefault(layer, why)

    def _machine(self) -> None:
        """The layers that are made once, for all workers."""
        steps: dict[str, Callable[[], None]] = {
            "cgroup": self._make_cgroups,
            "pid": self._open_pid_namespace,
            "net": lambda: kernel.unshare(kernel.CLONE_NEWNET),
            "ipc": lambda: kernel.unshare(kernel.CLONE_NEWIPC),
            "mounts": self._mount,
        }
        for layer, make in steps.items():
            if layer in self._why:
                continue
            if not self._root:
                self._without(layer, _NOT_ROOT)
                continue
            try:
                make()
            except OSError as error:
                self._without(layer, str(error))

    def _make_cgroups(self) -> None:
        self._cgroups = Cgroups()

    def _open_pid_namespace(self) -> None:
        self._pid_namespace = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        kernel.unshare(kernel.CLONE_NEWPID)
        kernel.setns(self._pid_namespace, kernel.CLONE_NEWPID)

    def _mount(self) -> None:
        top = {os.path.dirname(path) for path in self._masked}
        inside = [path for path in self._library if not any(path.startswith(f"{folder}/") for folder in top)]
        mounts.enter(self._scratch, [*top, *inside, *self._read[len(self._library) :], *self._devices], self._masked)
        self._folder = mounts.SCRATCH

    def _try(self, configuration: dict[str, Any], trial: Trial) -> None:
        """Lock a child down with what is left until one is locked."""
        if not self._root:
            self._without("uid", _NOT_ROOT)
        elif self._folder != mounts.SCRATCH:
            os.chmod(self._scratch, 0o711)  # noqa: S103  # the folders below belong to the workers' users
        rations = Rations(**configuration["rations"])
        files = [path for path in (os.__file__, *(f"{path}/__init__.py" for path in self._packages)) if path]
        files = [path for path in files if os.path.isfile(path)]
        while True:
            layer, why = trial(self, self.plan(0, configuration["uid"], rations), files)
            if not layer:
                return
            if layer not in ("no_new_privs", "seccomp", "landlock", "uid"):
                raise OSError(f"{layer}: {why}")
            if layer in self._why:
                raise OSError(f"{layer} failed again: {why}")
            self._without(layer, why)
            self._forget()

    @property
    def held(self) -> frozenset[str]:
        """The layers that hold."""
        return frozenset(layer for layer in LAYERS if layer not in self._why) - (
            set() if "seccomp" not in self._why or self._scoped else {"signals"}
        )

    @property
    def _scoped(self) -> bool:
        return "landlock" not in self._why and self._abi >= 6

    @property
    def layers(self) -> dict[str, tuple[bool, str]]:
        """Each layer: whether it holds, and why not, or how."""
        held = self.held
        notes = {
            "landlock": f"version {self._abi}",
            "signals": "Landlock and seccomp" if self._scoped and "seccomp" in held else "Landlock" if self._scoped
            else "seccomp: its own process only",
        }  # fmt: skip
        missing = {"signals": "neither seccomp nor a Landlock of version 6 or later"}
        return {
            layer: (True, notes.get(layer, "")) if layer in held
            else (False, self._why.get(layer, missing.get(layer, "")))
            for layer in LAYERS
        }  # fmt: skip

    @property
    def leaky(self) -> bool:
        """Whether a worker could start processes that outlive it."""
        return "seccomp" in self._why and "pid" in self._why

    @property
    def crowded(self) -> bool:
        """Whether the disk that the workers' folders lie on is nearly full."""
        return self._folder != mounts.SCRATCH and scratch.free(self._parent) < self._floor

    def plan(self, slot: int, uid: int, rations: Rations) -> Plan:
        """How the next worker of a slot is locked; its folder is there and empty.

        Raises:
            Failed: what another worker has left there could not be removed.
            OSError: the folder, the ruleset or the control group cannot be made.
        """
        tmpfs = self._folder == mounts.SCRATCH
        owner = uid if "uid" not in self._why else None
        place = f"{self._folder}/{slot}"
        home = f"{place}/home" if tmpfs else place
        with contextlib.suppress(FileExistsError):
            os.mkdir(place, 0o755 if tmpfs else 0o700)
            if tmpfs:
                os.mkdir(home, 0o700)
        if not tmpfs and os.listdir(place):
            raise Failed("scratch", "the folder of an earlier worker could not be emptied")
        if self._root and not tmpfs:
            os.chown(place, owner or 0, owner or 0)
        if "landlock" not in self._why and slot not in self._rules:
            allowed = [(path, landlock.READ) for path in self._read]
            allowed += [(path, landlock.DEVICE) for path in self._devices]
            allowed += [("/dev/null", landlock.READ | landlock.WRITE_FILE), (place, landlock.SCRATCH)]
            self._rules[slot] = landlock.ruleset(self._abi, allowed)
        if self._cgroups is not None:
            self._cgroups.make(slot, rations.memory, THREADS + 8)
        return Plan(
            rations,
            home,
            owner,
            self._rules.get(slot),
            self.held,
            tmpfs,
            THREADS + 8 if owner is not None else self._processes,
            self._mapped,
            self._gpu,
        )

    def fork(self) -> int:
        """Fork, into a pid namespace of its own where that holds."""
        if "pid" in self._why:
            return os.fork()
        kernel.unshare(kernel.CLONE_NEWPID)
        pid = os.fork()
        if pid:
            kernel.setns(self._pid_namespace, kernel.CLONE_NEWPID)
        return pid

    def enter(self, slot: int, pid: int) -> int:
        """Put a worker into the control group of its slot; how often the kernel has killed there so far."""
        if self._cgroups is None:
            return 0
        self._cgroups.enter(slot, pid)
        return self._cgroups.killed(slot)

    def killed(self, slot: int) -> int:
        """How often the kernel has killed for memory in the control group of a slot."""
        return 0 if self._cgroups is None else self._cgroups.killed(slot)

    def clean(self, slot: int) -> None:
        """Empty the folder of a slot; a file system of its own has gone with its worker."""
        if self._folder != mounts.SCRATCH:
            with contextlib.suppress(OSError):
                scratch.empty(f"{self._folder}/{slot}")

    def close(self) -> None:
        """Remove folders and control groups."""
        self._forget()
        if self._cgroups is not None:
            self._cgroups.close()
        if self._folder != mounts.SCRATCH:
            scratch.remove(self._scratch)
        else:  # the folder that the new file system was built on, seen from outside
            with contextlib.suppress(OSError):
                os.rmdir(os.path.basename(self._scratch), dir_fd=self._parent)

    def _forget(self) -> None:
        for rules in self._rules.values():
            os.close(rules)
        self._rules.clear()


def _library() -> tuple[list[str], list[str]]:
    """The entries of the standard library, but for folders with other packages; and those folders."""
    entries: list[str] = []
    masked: list[str] = []
    for folder in dict.fromkeys(sys.path):
        if any(folder.startswith(f"{other}/") for other in sys.path):
            continue
        for name in os.listdir(folder):
            (masked if name in _PACKAGES else entries).append(f"{folder}/{name}")
    return entries, masked


def _mapped() -> int:
    """Bytes of address space of this process."""
    if not kernel.LINUX:
        return 0
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _processes(root: bool) -> int:  # noqa: FBT001
    """How many threads the user of a worker may have: those that it has now, and enough for many workers at a time.

    All workers of a user share this number, so one that takes all of its own must leave the others theirs; the
    zygote ends it for that.
    """
    if root or not kernel.LINUX:
        return 4096
    count, uid = 0, os.getuid()
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                if os.stat(f"/proc/{name}").st_uid == uid:
                    count += len(os.listdir(f"/proc/{name}/task"))
    return count + 64 * THREADS
