"""A fresh fork becomes a worker: everything is taken from it before it reads a byte of a student's.

The order is fixed: limits, the scratch folder, descriptors, another user, no_new_privs, Landlock, seccomp.
Each step that is planned must succeed: the first that fails ends the process, and `Failed` says which it was.
"""

import os
import resource
import signal
from dataclasses import dataclass

from grader.worker import kernel, landlock, seccomp

CHANNEL, _RULES = 3, 4
THREADS = 64


class Failed(Exception):
    """A step did not succeed.

    Args:
        layer: the layer that it belongs to.
        why: what the kernel said.
    """

    def __init__(self, layer: str, why: str) -> None:
        super().__init__(layer, why)
        self.layer, self.why = layer, why


@dataclass(frozen=True, slots=True)
class Rations:
    """What one worker may use.

    Args:
        memory: bytes of memory of its own.
        cpu: seconds of processor time.
        file: bytes of one file.
        scratch: bytes of all its files.
    """

    memory: int
    cpu: float
    file: int
    scratch: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a worker is to be locked into.

    Args:
        rations: its limits.
        scratch: the folder it may write to.
        uid: the user it becomes; None: it stays who it is, without capabilities.
        rules: the descriptor of its Landlock ruleset; None: without.
        layers: those that hold here, by name; a step of another is left out.
        tmpfs: mount a small file system of its own over the scratch folder.
        processes: how many threads its user may have in all.
        mapped: bytes of address space that a fork begins with; 0 where that is not known, or says nothing.
        gpu: whether it will speak to the driver of a GPU.
    """

    rations: Rations
    scratch: str
    uid: int | None
    rules: int | None
    layers: frozenset[str]
    tmpfs: bool
    processes: int
    mapped: int
    gpu: bool


def lock(plan: Plan, channel: int, output: int) -> None:
    """Lock this process down. Afterwards it holds descriptors 0 (null), 1 and 2 (output) and 3 (channel).

    Raises:
        Failed: it is not locked; the caller must end the process.
    """
    layer = "process"
    try:
        os.setsid()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        layer = "limits"
        _limit(plan)
        layer = "scratch"
        if plan.tmpfs:
            kernel.unshare(kernel.CLONE_NEWNS)
            flags = kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC
            owner = f",uid={plan.uid},gid={plan.uid}" if plan.uid is not None else ""
            kernel.mount(
                "tmpfs", plan.scratch, "tmpfs", flags, f"size={plan.rations.scratch},nr_inodes=2000,mode=0700{owner}"
            )
        os.chdir(plan.scratch)
        os.umask(0o077)
        layer = "descriptors"
        _close(plan, channel, output)
        layer = "uid"
        if plan.uid is not None:
            os.setgroups([])
            os.setresgid(plan.uid, plan.uid, plan.uid)
            os.setresuid(plan.uid, plan.uid, plan.uid)
        elif os.geteuid() == 0 and kernel.LINUX:
            layer = "capabilities"
            kernel.drop_capabilities()
        if kernel.LINUX:
            layer = "process"
            kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
            kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of user would have cleared it
        if "no_new_privs" in plan.layers:
            layer = "no_new_privs"
            kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        if plan.rules is not None:
            layer = "landlock"
            if plan.gpu:  # its driver gives names to threads
                landlock.allow(_RULES, landlock.abi(), "/proc/self/task", landlock.WRITE_FILE)
            landlock.restrict(_RULES)
            os.close(_RULES)
        if "seccomp" in plan.layers:
            layer = "seccomp"
            seccomp.install(seccomp.program_of(os.getpid(), gpu=plan.gpu))
    except (OSError, ValueError, OverflowError) as error:
        raise Failed(layer, str(error)) from None


def _limit(plan: Plan) -> None:
    """The limits of the kernel's own; a second hand to the zygote, which looks at memory and time from outside."""
    rations = plan.rations
    cpu = max(1, int(rations.cpu) + 2)
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_CPU: cpu,
        resource.RLIMIT_FSIZE: rations.file,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_DATA: rations.memory,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_NPROC: plan.processes,
    }
    if plan.mapped:
        limits[resource.RLIMIT_AS] = plan.mapped + 2 * rations.memory  # memory that is shared is in no other limit
    for name, value in limits.items():
        _, hard = resource.getrlimit(name)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        try:
            resource.setrlimit(name, (value, value))
        except (OSError, ValueError):
            if kernel.LINUX:  # macOS knows some of these by name only
                raise


def _close(plan: Plan, channel: int, output: int) -> None:
    """Keep null, output and channel, and until it is used the ruleset."""
    kept = [os.open(os.devnull, os.O_RDONLY), output, output, channel]
    if plan.rules is not None:
        kept.append(plan.rules)
    high = [os.dup(descriptor) for descriptor in kept]
    while min(high) <= _RULES:
        high = [os.dup(descriptor) for descriptor in high]
    for number, descriptor in enumerate(high):
        os.dup2(descriptor, number, inheritable=number < CHANNEL)
    kernel.close_from(len(kept))
