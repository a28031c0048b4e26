"""The CUDA devices of this machine, and which of them a run may use: one grader a device, by a lock."""

import contextlib
import ctypes
import fcntl
import importlib.util
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from question_bank.errors import MachineError

CPU, CUDA = "cpu", "cuda"
_ON_THE_CPU = "--device cpu grades on the CPU."


@dataclass(frozen=True, slots=True)
class Gpu:
    """A CUDA device.

    Args:
        name: as its maker calls it.
        visible: what CUDA_VISIBLE_DEVICES has to say for a process to see it alone.
        node: its file, which the lock lies on; empty where there is none.
    """

    name: str
    visible: str
    node: str


def devices() -> tuple[Gpu, ...]:
    """The devices, by the driver itself: importing torch takes seconds."""
    if sys.platform != "linux":
        return ()
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return ()
    count = ctypes.c_int()
    if driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count)):
        return ()
    return tuple(_device(driver, number) for number in range(count.value))


def _device(driver: ctypes.CDLL, number: int) -> Gpu:
    handle, name, place = ctypes.c_int(), ctypes.create_string_buffer(100), ctypes.create_string_buffer(20)
    driver.cuDeviceGet(ctypes.byref(handle), number)
    driver.cuDeviceGetName(name, len(name), handle)
    driver.cuDeviceGetPCIBusId(place, len(place), handle)
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")
    return Gpu(
        name.value.decode("utf-8", "replace"),
        visible[number] if number < len(visible) and visible[number] else str(number),
        _node(place.value.decode("ascii", "replace").lower()),
    )


def _node(place: str) -> str:
    """The file of the device at a place on the bus."""
    try:
        told = Path(f"/proc/driver/nvidia/gpus/{place}/information").read_text()
    except (OSError, ValueError):
        return ""
    minor = re.search(r"Device Minor:\s*(\d+)", told)
    return f"/dev/nvidia{minor[1]}" if minor else ""


def best() -> str:
    """What torch here can compute on: "cuda" where there is a device and torch was built for it, or "cpu"."""
    return CUDA if devices() and _torch_has_cuda() else CPU


def names(gpus: Iterable[Gpu]) -> str:
    """Devices for people: "2 x NVIDIA H100, NVIDIA T4"."""
    counts = Counter(gpu.name for gpu in gpus)
    return ", ".join(name if count == 1 else f"{count} x {name}" for name, count in counts.items())


def _torch_has_cuda() -> bool:
    """Whether the torch that is installed was built for CUDA; it is not imported for that."""
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return False
    told = importlib.util.spec_from_file_location("torch_version", Path(spec.origin).parent / "version.py")
    if told is None or told.loader is None:
        return False
    version = importlib.util.module_from_spec(told)
    told.loader.exec_module(version)
    return getattr(version, "cuda", None) is not None


@contextlib.contextmanager
def claimed_for(device: str) -> Iterator[tuple[Gpu, ...]]:
    """What a run on a device holds until its end: for "cuda" as `claimed`, for "cpu" nothing."""
    with claimed() if device == CUDA else contextlib.nullcontext(()) as gpus:
        yield gpus


@contextlib.contextmanager
def claimed() -> Iterator[tuple[Gpu, ...]]:
    """The devices that nobody else grades on; they are ours until the end.

    The lock lies on the device's own file, so it holds between users, and ends with the process.

    Raises:
        MachineError: there is none, torch cannot use it, or others use them all.
    """
    found = devices()
    if not found:
        raise MachineError("there is no CUDA device here", _ON_THE_CPU)
    if not _torch_has_cuda():
        raise MachineError("the torch that is installed was built without CUDA", f"Install another. {_ON_THE_CPU}")
    with contextlib.ExitStack() as stack:
        free = tuple(gpu for gpu in found if stack.enter_context(_lock(gpu.node)))
        if not free:
            raise MachineError("somebody else grades on each CUDA device here", f"Wait. {_ON_THE_CPU}")
        yield free


@contextlib.contextmanager
def _lock(path: str) -> Iterator[bool]:
    """Hold a lock on a file; whether it was free. Where there is no such file there is nothing to lock."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        yield True
        return
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        held = True
    except BlockingIOError:
        held = False
    try:
        yield held
    finally:
        os.close(opened)
