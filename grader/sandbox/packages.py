"""The folders that a worker may read: the packages of its allowed libraries, one by one, and a few files.

Never a whole folder of packages: beside numpy may lie the installed assignments with their hidden tests.
"""

import importlib.util
import platform
from collections.abc import Iterable
from pathlib import Path

from question_bank.errors import MachineError

# what a library imports beside itself, and what is loaded before the first fork
WITH: dict[str, tuple[str, ...]] = {
    "numpy": (),
    "torch": (
        "numpy", "torchgen", "functorch", "typing_extensions", "filelock", "fsspec", "jinja2", "markupsafe", "mpmath",
        "networkx", "sympy", "triton", "nvidia", "cuda", "setuptools",
    ),
}  # fmt: skip
EARLY: dict[str, tuple[str, ...]] = {
    "torch": ("torch.optim", "torch._dynamo", "torch.nn.functional", "torch.utils.data")
}
_TRIPLE = f"{platform.machine()}-linux-gnu"
READABLE = (
    "/dev/null", "/dev/zero", "/dev/urandom", "/dev/random", "/proc/cpuinfo", "/proc/meminfo",
    "/sys/devices/system/cpu", "/etc/localtime", "/etc/ld.so.cache", "/usr/share/zoneinfo",
    f"/lib/{_TRIPLE}", f"/usr/lib/{_TRIPLE}",
)  # fmt: skip


def modules(libraries: Iterable[str]) -> tuple[str, ...]:
    """What the zygote imports."""
    return tuple(name for library in libraries for name in (library, *EARLY.get(library, ())))


def paths(libraries: Iterable[str]) -> dict[str, str]:
    """Top-level packages by name, and the folders of shared libraries beside them.

    Raises:
        MachineError: a library is not installed.
    """
    found: dict[str, str] = {}
    for library in ("numpy", *libraries):
        if not _add(library, found):
            raise MachineError(
                f"{library} is not installed, and the assignment allows it", f"Install {library} beside convmark."
            )
        for name in WITH.get(library, ()):
            _add(name, found)
    return found


def _add(name: str, found: dict[str, str]) -> bool:
    if name in found:
        return True
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return False
    if spec is None:
        return False
    places = list(spec.submodule_search_locations or ())
    path = Path(places[0] if places else spec.origin or "")
    if not path.exists():
        return False
    found[name] = str(path.resolve())
    beside = path.parent / f"{name}.libs"
    if beside.is_dir():
        found[beside.name] = str(beside.resolve())
    return True
