"""What a worker needs of the machine to compute on a GPU."""

import contextlib
import ctypes
import os
from pathlib import Path

from grader.gpu import Gpu

MEMORY_MB = 4000
"""What a context and its libraries take of the machine's memory beside what a submission may use."""
CPU_SECONDS = 30.0
"""What it takes to make one, beside what a submission may use."""
_PASSED_ON = ("CUDA_DEVICE_ORDER", "LD_LIBRARY_PATH")


def environment(gpu: Gpu) -> dict[str, str]:
    """The variables of a zygote whose workers see one device alone."""
    return {
        **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        "CUDA_VISIBLE_DEVICES": gpu.visible,
        "CUDA_CACHE_DISABLE": "1",
        "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
    }


def nodes() -> list[str]:
    """The files of the driver; which device a worker sees is said by its environment."""
    found = [*Path("/dev").glob("nvidia*"), *Path("/dev/nvidia-caps").glob("*")]
    return sorted(str(path) for path in found if path.is_char_device())


def readable() -> list[str]:
    """What the driver's library reads: what the kernel says of the device, and the libraries beside it."""
    return ["/proc/driver/nvidia", "/proc/devices", "/sys/devices/system", *_libraries()]


def _libraries() -> list[str]:
    """The folders in which libcuda lies."""
    with contextlib.suppress(OSError):
        ctypes.CDLL("libcuda.so.1")
    maps = Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()
    found = {line.split(maxsplit=5)[5].strip() for line in maps if "/libcuda.so" in line}
    return sorted({str(Path(path).parent) for path in found})
