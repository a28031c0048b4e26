"""What this machine can do: the layers of the wall, each tried in a real worker, and the programs beside it."""

import importlib.metadata
import platform
import shutil
from typing import Any

from grader import gpu
from grader.sandbox import probe
from grader.sandbox.layers import Held
from question_bank.errors import MachineError

SCHEMA = 1
_PACKAGES = {"torch": "torch", "numpy": "numpy", "otter": "otter-grader", "pytest": "pytest"}


def doctor() -> dict[str, Any]:
    """Look at this machine; nothing is changed.

    `isolation` is null where no worker can be made at all; `why` then says what is in the way.
    """
    try:
        held, why = Held(probe()), ""
    except MachineError as error:
        held, why = Held({}), str(error)
    return {
        "schema": SCHEMA,
        "isolation": held.isolation if held.layers else None,
        "layers": {name: {"held": good, "why": reason} for name, (good, reason) in held.layers.items()},
        **({"why": why} if why else {}),
        "python": platform.python_version(),
        **{name: _version(package) for name, package in _PACKAGES.items()},
        "cuda": [device.name for device in gpu.devices()],
        "typst": _typst(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }


def lines(told: dict[str, Any]) -> list[str]:
    """The same for a terminal."""
    rows = [f"isolation   {told['isolation'] or 'none'}"]
    rows += [f"  {'held' if row['held'] else 'NOT '}  {name:<14}{row['why']}" for name, row in told["layers"].items()]
    if "why" in told:
        rows.append(told["why"])
    for name in ("python", *_PACKAGES, "typst", "system"):
        rows.append(f"{name:<12}{told[name] or 'not installed'}")
    rows.append(f"{'cuda':<12}{', '.join(told['cuda']) or 'no device'}")
    return rows


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _typst() -> str | None:
    return _version("typst") or shutil.which("typst")
