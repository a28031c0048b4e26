"""Starts a zygote by exec, and has it fork workers."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any, Self

from grader.gpu import CPU, CUDA, Gpu
from grader.sandbox import cuda, packages
from grader.sandbox.channel import Channel, Closed, Flood, Late
from grader.sandbox.layers import Held, refuse
from grader.sandbox.limits import MEGABYTE, Limits
from grader.sandbox.output import Output
from grader.sandbox.replies import Lost
from grader.sandbox.slots import Slots
from grader.sandbox.worker import Fate, Worker, caps
from grader.worker.codec import Malformed
from grader.worker.kernel import keep_memory
from grader.worker.zygote import MESSAGE
from question_bank.errors import MachineError

ROOT = Path(__file__).resolve().parents[2]
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); from grader.worker.zygote import main;"
    " del sys.path[0]; main(int(sys.argv[2]))"
)
_ENVIRONMENT = {
    "LANG": "C.UTF-8", "PYTHONUTF8": "1", "PYTHONHASHSEED": "0", "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "33554432", "MALLOC_TRIM_THRESHOLD_": "134217728",
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
}  # fmt: skip
_BOOT_SECONDS = 60.0


class Zygotes:
    """A zygote for one set of libraries: started when first needed, started anew when it was killed.

    Args:
        libraries: importable beside the standard library; numpy always is.
        limits: of each worker.
        require: strict, standard or basic: what must hold at least.
        without: layers to leave out, for tests of what happens where they are missing.
        gpu: where the workers' tensors live; unless given on the CPU.

    It may be used from several threads. Close it, or use it in a `with`: afterwards no process and no file is left.
    """

    def __init__(
        self,
        libraries: Sequence[str] = ("numpy",),
        limits: Limits | None = None,
        require: str = "standard",
        without: Collection[str] = (),
        gpu: Gpu | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.require = require
        self._libraries = tuple(libraries)
        self._tensors = "torch" in self._libraries
        self._without = sorted(without)
        self._gpu = gpu
        self._lock = threading.RLock()
        self._slots = Slots()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._scratch = ""
        self._held: Held | None = None
        self._closed = False
        keep_memory()
        self._workers: dict[int, Worker] = {}
        self._owner = os.getpid()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def held(self) -> Held:
        """Which layers hold, and what that makes."""
        self.start()
        assert self._held is not None  # set by start
        return self._held

    @property
    def device(self) -> str:
        """Where the workers' tensors live: cpu or cuda."""
        return CUDA if self._gpu else CPU

    @property
    def isolation(self) -> str:
        """strict, standard or basic."""
        return self.held.isolation

    @property
    def layers(self) -> Mapping[str, tuple[bool, str]]:
        """Each layer by name: whether it holds, and why not or how."""
        return self.held.layers

    @property
    def pid(self) -> int:
        """Of the zygote."""
        self.start()
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start the zygote unless it runs.

        Raises:
            MachineError: less holds here than is required, a library is missing, or no process can be started.
        """
        with self._lock:
            if self._closed:
                raise Lost("the zygote is closed")
            if self._owner != os.getpid():
                self._disown()
            if self._process is not None and self._process.poll() is None:
                return
            self._stop()
            self._exec()
            assert self._held is not None  # set by _exec
            try:
                refuse(self._held, self.require)
            except MachineError:
                self.close()
                raise

    def _disown(self) -> None:
        """After a fork of the grader: the zygote is the parent's."""
        self._owner, self._slots, self._process, self._scratch = os.getpid(), Slots(), None, ""
        if self._control is not None:
            self._control.close()
            self._control = None

    def worker(self, limits: Limits | None = None) -> Worker:
        """Fork a worker and wait until it is locked.

        Args:
            limits: instead of those of all workers.

        Raises:
            MachineError: it could not be locked.
            Lost: the zygote was killed.
        """
        limits = limits or self.limits
        self.start()
        try:
            return self._worker(limits)
        except Lost:  # the zygote was killed while it idled, or this worker before it was ready; nothing had begun
            self.start()
            return self._worker(limits)

    def _worker(self, limits: Limits) -> Worker:
        slot, uid = self._slots.take()
        output = Output(int(limits.output_mb * MEGABYTE))
        channel = Channel(output, int(limits.output_kill_mb * MEGABYTE), caps(limits, tensors=self._tensors))
        try:
            answer = self._ask({"op": "fork", "slot": slot, "uid": uid, "rations": self._rations(limits)}, channel.far)
            channel.give()
            if "error" in answer:
                raise MachineError(f"a worker could not be made ({answer['layer']}): {answer['error']}")
        except BaseException:
            channel.close()
            self._slots.give(slot)
            raise

        def end(pid: int, patience: float) -> Fate:
            try:
                return Fate(**self._ask({"op": "end", "pid": pid, "patience": patience}))
            finally:
                self._workers.pop(slot, None)
                self._slots.give(slot)

        worker = self._workers[slot] = Worker(channel, limits, output, answer["pid"], end)
        try:
            ready = channel.receive(monotonic() + limits.start_seconds)
        except (Late, Closed, Flood, Malformed) as error:
            worker.close()
            raise Lost(f"a worker died before it was ready ({type(error).__name__})", "Grade again.") from None
        match ready:
            case {"ready": list(layers), "cpu": float(cpu)} if set(layers) == {
                name for name, (held, _) in self.layers.items() if held
            }:
                worker.cpu_before = cpu
                return worker
            case {"failed": [str(layer), str(why)]}:
                worker.close()
                raise MachineError(f"a worker could not be locked down, at {layer}: {why}", "See `convmark doctor`.")
        worker.close()
        raise Lost("a worker was not locked as planned")

    def close(self) -> None:
        """End the zygote and all its workers."""
        for worker in list(self._workers.values()):
            worker.close()
        with self._lock:
            self._closed = True
            self._stop()
            self._slots.close()

    def _exec(self) -> None:
        if sys.platform != "linux":
            raise MachineError("student code can be walled off on Linux only", "Grade in a container or in CI.")
        folders = packages.paths(self._libraries)
        slot, uid = self._slots.take()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._scratch = tempfile.mkdtemp(prefix="convmark-")
        configuration = {
            "libraries": packages.modules(self._libraries),
            "packages": folders,
            "readable": [*packages.READABLE, *(cuda.readable() if self._gpu else ())],
            "gpu": self._gpu is not None,
            "devices": cuda.nodes() if self._gpu else [],
            "scratch": os.path.realpath(self._scratch),
            "rations": self._rations(self.limits),
            "reply": asdict(caps(self.limits, tensors=self._tensors)),
            "without": self._without,
            "uid": uid,
            "main_thread": threading.current_thread() is threading.main_thread(),
        }
        self._slots.give(slot)
        number = theirs.fileno()
        command = [sys.executable, "-s", "-P", "-S", "-c", _BOOT, str(ROOT), str(number)]
        more = cuda.environment(self._gpu) if self._gpu else {}
        try:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and our own code
                command, cwd="/", env={**_ENVIRONMENT, **more, "TMPDIR": self._scratch}, pass_fds=(number,),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            ours.close()
            raise MachineError(f"the zygote could not be started: {error.strerror}") from None
        finally:
            theirs.close()
        self._control = ours
        ours.settimeout(_BOOT_SECONDS)
        try:
            ours.send(json.dumps(configuration).encode())
            answer = json.loads(ours.recv(MESSAGE) or b"{}")
        except OSError:
            answer = {}
        if "layers" not in answer:
            ours.close()
            told = str(answer.get("error") or self._last_words()).strip().splitlines()[-1]
            self._stop()
            raise MachineError(f"the zygote could not be started: {told}", "See `convmark doctor`.")
        held = Held.of(answer["layers"])
        self._held = held.on_a_gpu() if self._gpu else held

    def _last_words(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired, OSError):
            if self._process is not None:
                return self._process.communicate(timeout=5)[1].decode("utf-8", "replace").strip() or "it said nothing"
        return "it said nothing"

    def _ask(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> dict[str, Any]:
        with self._lock:
            if self._control is None:
                raise Lost("the zygote is gone", "Grade again.")
            try:
                socket.send_fds(self._control, [json.dumps(message).encode()], descriptors)
                answer = self._control.recv(MESSAGE)
            except OSError:
                answer = b""
            if not answer:
                self._stop()
                raise Lost("the zygote was killed from outside", "Grade again: nothing is known of this submission.")
            found: dict[str, Any] = json.loads(answer)
            return found

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            if self._process.stderr is not None:
                self._process.stderr.close()
            self._process = None
        if self._scratch:
            with contextlib.suppress(OSError):
                shutil.rmtree(self._scratch, ignore_errors=True)  # the zygote has done it, unless it was killed
            self._scratch = ""

    def _rations(self, limits: Limits) -> dict[str, Any]:
        memory, cpu = (cuda.MEMORY_MB, cuda.CPU_SECONDS) if self._gpu else (0, 0.0)
        return {
            "memory": (limits.memory_mb + memory) * MEGABYTE,
            "cpu": limits.cpu_seconds + cpu,
            "file": limits.file_mb * MEGABYTE,
            "scratch": limits.scratch_mb * MEGABYTE,
        }
