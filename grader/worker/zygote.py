"""The process that workers are forked from: it holds the libraries, and neither tests nor secrets.

The grader starts it by exec with an empty environment and one descriptor, the socket of control, and speaks
JSON to it, one message a packet, one answer to each:

    {configuration: see grader.sandbox.start}                 -> {"layers": {name: [held, why]}, "pid"}
    {"op": "fork", "slot", "uid", "rations"} + 2 descriptors  -> {"pid"} or {"error", "layer"}
    {"op": "end", "pid", "patience"}                          -> {"status", "cpu", "peak", "fact", "forced"}

The descriptors are the worker's channel and the pipe for its output. `end` waits `patience` seconds for a worker
that ends by itself, then kills it. Between messages the zygote looks after the workers (watch). When the
socket closes, because the grader has closed it or is dead, all workers are killed and the zygote ends; when
the zygote dies, the kernel kills them.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import traceback
from time import monotonic, sleep
from typing import Any

from grader.worker import kernel, scratch
from grader.worker.imports import narrow
from grader.worker.lockdown import CHANNEL, Failed, Rations, lock
from grader.worker.stubs import install
from grader.worker.walls import Walls
from grader.worker.watch import EVERY, Watched, kill, stat_of

MESSAGE = 1 << 17
# modules whose own libraries lie in folders that a worker may not read
_EARLY = (
    "bz2", "ctypes", "decimal", "hashlib", "lzma", "sqlite3", "ssl", "uuid", "zlib", "_socket", "queue", "typing",
    "dataclasses", "functools", "itertools", "collections", "math", "random", "heapq", "copy", "statistics",
)  # fmt: skip

# numpy imports these when they are first used, 20 ms that each worker would pay
_NUMPY = ("numpy", "numpy.random", "numpy.linalg", "numpy.fft", "numpy.lib.stride_tricks")


def main(descriptor: int) -> None:
    """Serve until the socket of control closes."""
    control = socket.socket(fileno=descriptor)
    sys.argv[:] = [""]
    signal.signal(signal.SIGTERM, lambda *_: _hang_up(control))  # an end in good order: folders are removed
    configuration = json.loads(control.recv(MESSAGE) or b"null")
    if configuration is None:
        return
    try:
        zygote = Zygote(control, configuration)
        _say(control, {"layers": zygote.walls.layers, "pid": os.getpid()})
    except BaseException:  # noqa: BLE001  # the grader shows it
        _say(control, {"error": traceback.format_exc()[-3000:]})
        scratch.remove(configuration["scratch"])
        return
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 2)
    os.close(null)
    try:
        zygote.serve()
    finally:
        zygote.close()


class Zygote:
    """The libraries, the walls, and the workers that live."""

    def __init__(self, control: socket.socket, configuration: dict[str, Any]) -> None:
        self._control = control
        self._workers: dict[int, Watched] = {}
        self._looked = 0.0
        if kernel.LINUX:
            if configuration["main_thread"]:  # the signal comes when the thread ends that started us
                kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGTERM)
            kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
            kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
            self._proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        narrow(configuration["packages"])
        install()
        for name in _EARLY:
            with contextlib.suppress(ImportError):  # an interpreter may be built without
                importlib.import_module(name)
        for name in (*_NUMPY, *configuration["libraries"]):
            importlib.import_module(name)
        scratch.empty(configuration["scratch"])  # torch makes a folder when it is imported
        from grader.worker import codec, loop  # they need numpy, which could not be found before
        from grader.worker.device import Device

        self._loop, self._reply = loop, codec.Caps(**configuration["reply"])
        self._codec = codec
        self._device = Device(cuda=configuration["gpu"])
        self.walls = Walls(configuration, self._trial)
        gc.collect()
        gc.freeze()

    def serve(self) -> None:
        """Answer messages, and look after the workers in between."""
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        while True:
            ready = poll.poll(EVERY * 1000 if self._workers else None)
            if ready:
                try:
                    message, descriptors, _, _ = socket.recv_fds(self._control, MESSAGE, 2)
                except ConnectionError:
                    return
                if not message:
                    return
                _say(self._control, self._answer(json.loads(message), descriptors))
            self._look()

    def _look(self) -> None:
        """Look after the workers, when it is time."""
        if monotonic() - self._looked < EVERY:
            return
        self._looked = monotonic()
        workers = self._workers.values()
        for worker in workers:
            worker.look(self._proc)
        if workers and self.walls.crowded and not any(worker.fact for worker in workers):
            # files without a name show nowhere, but the kernel works for whoever writes them
            max(workers, key=lambda worker: worker.system).end("files")

    def close(self) -> None:
        """Leave nothing behind: no process, no file, no control group."""
        for pid in list(self._workers):
            self._end(pid, 0)
        self._sweep()
        self.walls.close()

    def _answer(self, message: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        if message["op"] == "end":
            return self._end(message["pid"], message["patience"])
        try:
            return self._fork(message, *descriptors)
        except Failed as error:
            return {"error": error.why, "layer": error.layer}
        except OSError as error:
            return {"error": str(error), "layer": "process"}
        finally:
            for descriptor in descriptors:
                os.close(descriptor)

    def _fork(self, message: dict[str, Any], channel: int, output: int) -> dict[str, Any]:
        slot, rations = message["slot"], Rations(**message["rations"])
        plan = self.walls.plan(slot, message["uid"], rations)
        pid = self.walls.fork()
        if not pid:
            self._become(plan, channel, output)
        worker = Watched(pid, slot, rations, None if plan.tmpfs else plan.scratch)
        self._workers[pid] = worker
        try:
            worker.killed_before = self.walls.enter(slot, pid)
        except OSError as error:
            self._end(pid, 0)
            return {"error": str(error), "layer": "cgroup"}
        return {"pid": pid}

    def _become(self, plan: Any, channel: int, output: int) -> None:
        """The worker's whole life; it never returns."""
        code = 70
        try:
            lock(plan, channel, output)
            channel = CHANNEL
            gc.enable()
            self._loop.serve(CHANNEL, plan.scratch, self._reply, sorted(plan.layers), self._device)
            code = 0
        except Failed as error:
            number = channel if _same(channel) else CHANNEL
            with contextlib.suppress(OSError):
                self._loop.write(number, self._codec.encode({"failed": [error.layer, error.why[:300]]}, self._reply))
        except SystemExit as error:
            code = error.code if type(error.code) is int else 1 if error.code else 0
            with contextlib.suppress(BaseException):
                sys.stdout.flush()
        except BaseException:  # noqa: BLE001, S110  # a broken channel, or worse; the code tells that it was not an exit
            pass
        finally:
            os._exit(code & 0xFF)

    def _trial(self, walls: Walls, plan: Any, files: list[str]) -> tuple[str, str]:
        """Lock a child down as planned; the layer that does not hold and why, or nothing."""
        read, write = os.pipe()
        pid = walls.fork()
        if not pid:
            os.close(read)
            answer = ["", ""]
            try:
                lock(plan, write, write)
                write = CHANNEL
                for path in files:
                    os.close(os.open(path, os.O_RDONLY))
                os.close(os.open(f"{plan.scratch}/trial", os.O_WRONLY | os.O_CREAT, 0o600))
                os.unlink(f"{plan.scratch}/trial")
            except Failed as error:
                answer = [error.layer, error.why]
                write = write if _same(write) else CHANNEL
            except OSError as error:
                answer = ["uid", str(error)]
            finally:
                with contextlib.suppress(OSError):
                    os.write(write, json.dumps(answer).encode())
                os._exit(0)
        os.close(write)
        try:
            stat_of(pid, self._proc)
        except OSError as error:  # as where /proc is mounted with hidepid
            said = json.dumps(["limits", f"the zygote cannot look at its workers: {error}"]).encode()
        else:
            with open(read, "rb", closefd=False) as pipe:
                said = pipe.read()
        os.close(read)
        os.waitpid(pid, 0)
        layer, why = json.loads(said) if said else ("seccomp", "the trial of the lock died")
        return layer, why

    def _end(self, pid: int, patience: float) -> dict[str, Any]:
        worker = self._workers.pop(pid, None)
        if worker is None:
            return {"status": 0, "cpu": 0.0, "peak": 0, "fact": "", "forced": False}
        until = monotonic() + patience
        done, status, usage = os.wait4(pid, os.WNOHANG)
        while not done and monotonic() < until and not worker.fact:
            sleep(0.001)
            self._look()
            done, status, usage = os.wait4(pid, os.WNOHANG)
        forced = not done
        if forced:
            kill(pid)
            done, status, usage = os.wait4(pid, 0)
        if self.walls.killed(worker.slot) > worker.killed_before:
            worker.fact = "memory"
        self._sweep()
        self.walls.clean(worker.slot)
        peak = max(worker.peak, usage.ru_maxrss * (1024 if kernel.LINUX else 1))
        return {
            "status": status, "cpu": usage.ru_utime + usage.ru_stime, "peak": peak, "fact": worker.fact,
            "forced": forced,
        }  # fmt: skip

    def _sweep(self) -> None:
        """Kill what workers have left behind; only without seccomp can there be any."""
        until = monotonic() + 5
        while self.walls.leaky and monotonic() < until:
            strays = [pid for pid in _children() if pid not in self._workers]
            if not strays:
                return
            for pid in strays:
                kill(pid)
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, 0)


def _hang_up(control: socket.socket) -> None:
    """Have the socket of control read as closed."""
    with contextlib.suppress(OSError):
        control.shutdown(socket.SHUT_RDWR)


def _children() -> list[int]:
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:
        return []


def _same(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _say(control: socket.socket, message: dict[str, Any]) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionError):
        control.send(json.dumps(message).encode())
