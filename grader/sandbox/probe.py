"""What this machine can enforce: small tries in a real worker, each of which must be refused."""

import contextlib
import os
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.sandbox import packages
from grader.sandbox.limits import Limits
from grader.sandbox.replies import Ended, Lost, Remote, Unsupported
from grader.sandbox.start import Zygotes
from grader.sandbox.worker import Worker

Layers = dict[str, tuple[bool, str]]
_LIMITS = Limits(memory_mb=200, test_seconds=2.0, output_kill_mb=1)
_CODE = """
import ctypes, mmap, os, resource, socket, time
libc = ctypes.CDLL(None, use_errno=True)
def _said(result):
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
def fork():
    if not os.fork(): os._exit(0)
def hold():
    try:
        bytearray(400 << 20)
    except MemoryError:
        raise OSError("refused") from None
def shared():
    m = mmap.mmap(-1, 280 << 20)
    for place in range(0, len(m), 4096): m[place] = 1
    time.sleep(1)
def endless():
    while True: pass
def flood():
    while True: os.write(1, bytes(65536))
def works():
    import wave, numpy.ma
    open("file", "w").close()
    return os.listdir("."), os.getuid()
"""


@dataclass(frozen=True, slots=True)
class Probe:
    """One try.

    Args:
        layer: the layer that must refuse it.
        what: for people.
        code: an expression in the worker; {outside}, {grader} and {here} are filled in.
    """

    layer: str
    what: str
    code: str


PROBES = (
    Probe("landlock", "read a file of the grader", "open({here!r}).read()"),
    Probe("landlock", "read /etc/passwd", "open('/etc/passwd').read()"),
    Probe("landlock", "list a folder with all packages", "os.listdir({packages!r})"),
    Probe("landlock", "read the environment of another process", "open('/proc/{grader}/environ').read()"),
    Probe("landlock", "write outside the scratch folder", "open({outside!r} + '/probe', 'w')"),
    Probe("landlock", "write to shared memory", "open('/dev/shm/convmark-probe', 'w')"),
    Probe("seccomp", "open a TCP socket", "socket.socket(socket.AF_INET)"),
    Probe("seccomp", "open a UDP socket", "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)"),
    Probe("seccomp", "open a unix socket", "socket.socket(socket.AF_UNIX)"),
    Probe("seccomp", "fork", "fork()"),
    Probe("seccomp", "run another program", "os.execv('/nothing-of-this-name', ['x']) or 1"),
    Probe("seccomp", "trace", "_said(libc.ptrace(0, 0, 0, 0))"),
    Probe("seccomp", "make memory without a limit", "os.memfd_create('probe')"),
    Probe("seccomp", "change a mode", "os.chmod('.', 0o700)"),
    Probe("signals", "signal the grader", "os.kill({grader}, 0)"),
    Probe("signals", "signal the zygote", "os.kill({zygote}, 0)"),
    Probe("limits", "hold more memory of its own", "hold()"),
    Probe("limits", "write a large file", "open('large', 'wb').write(bytes(20 << 20))"),
)
_NAMESPACES = ("pid", "net", "ipc")


def probe(without: Collection[str] = ()) -> Layers:
    """Try every layer in a real worker.

    Args:
        without: layers to leave out, to see the probes at work.

    Returns:
        Each layer by name: whether it holds, and why not or how.

    Raises:
        MachineError: no worker can be made at all.
    """
    with Zygotes(limits=_LIMITS, require="basic", without=without) as zygotes:
        layers = dict(zygotes.layers)
        for layer, why in _breaches(zygotes, layers):
            held, before = layers[layer]
            if held:
                layers[layer] = (False, why)
            elif why not in before:
                layers[layer] = (False, before)
        return layers


def _breaches(zygotes: Zygotes, layers: Layers) -> Iterator[tuple[str, str]]:
    """The layers that do not do what they should, and what went through."""
    with tempfile.TemporaryDirectory(prefix="convmark-") as outside, zygotes.worker() as worker:
        Path(outside).chmod(0o777)  # nothing but the layer may be in the way
        words = {
            "here": __file__, "outside": outside, "grader": os.getpid(), "zygote": zygotes.pid,
            "packages": str(Path(packages.paths(("numpy",))["numpy"]).parent),
        }  # fmt: skip
        tries = "".join(
            f"def probe_{number}():\n    return {made.code.format(**words)} and 1\n"
            for number, made in enumerate(PROBES)
        )
        worker.load([(1, _CODE + tries, "")])
        yield from _seen(worker, layers)
        for number, made in enumerate(PROBES):
            if _goes_through(worker, f"probe_{number}"):
                yield made.layer, f"a worker could {made.what}"
            if not worker.alive:
                yield "process", f"a worker died of the try to {made.what}"
                return
        try:
            files, uid = worker.call("works").value
        except (Remote, Unsupported, Ended) as error:
            yield "process", f"a worker could not do its work: {error}"
        else:
            if "file" not in files:
                yield "process", "a worker could not write to its scratch folder"
            if layers["uid"][0] and uid == os.getuid():
                yield "uid", "a worker had the user of the grader"
    for name, status in (("shared", "memory"), ("endless", "timeout"), ("flood", "output")):
        with zygotes.worker() as worker:
            worker.load([(1, _CODE, "")])
            try:
                worker.call(name, seconds=0.2 if status == "timeout" else 2.0)
            except Ended as ended:
                if ended.status == status:
                    continue
            except (Remote, Lost):
                pass
            yield "limits", f"a worker was not ended for {status}"


def _seen(worker: Worker, layers: Layers) -> Iterator[tuple[str, str]]:
    """What the kernel says about a worker."""
    status = dict(
        line.split(":\t", 1) for line in Path(f"/proc/{worker.pid}/status").read_text().splitlines() if ":\t" in line
    )
    if status.get("NoNewPrivs") != "1":
        yield "no_new_privs", "a worker could gain privileges"
    if status.get("Seccomp") != "2":
        yield "seccomp", "a worker has no filter of system calls"
    for name in _NAMESPACES:
        with contextlib.suppress(OSError):  # only root may look
            theirs, ours = Path(f"/proc/{worker.pid}/ns/{name}").readlink(), Path(f"/proc/self/ns/{name}").readlink()
            if layers[name][0] and theirs == ours:
                yield name, "a worker shares this namespace with the grader"
    if layers["cgroup"][0] and "convmark-" not in Path(f"/proc/{worker.pid}/cgroup").read_text():
        yield "cgroup", "a worker is in no control group of its own"


def _goes_through(worker: Worker, name: str) -> bool:
    try:
        worker.call(name)
    except Remote as error:
        return error.builtin not in (
            "PermissionError",
            "FileNotFoundError",
            "ProcessLookupError",
            "OSError",
            "MemoryError",
        )
    except Unsupported:
        return True
    except Ended as ended:
        return ended.status != "memory"
    return True
