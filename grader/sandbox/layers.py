"""What the layers that hold amount to, and what to do about one that is missing."""

from collections.abc import Mapping
from dataclasses import dataclass

from question_bank.errors import MachineError

GRADES = ("basic", "standard", "strict")
STANDARD = ("process", "limits", "no_new_privs", "seccomp", "landlock", "signals")
STRICT = (*STANDARD, "uid", "pid", "net", "ipc")
GPU = "gpu"
_NEEDED = {"basic": ("process",), "standard": STANDARD, "strict": STRICT}
_REMEDIES = {
    "landlock": "Use Linux 5.13 or later with Landlock switched on (lsm=landlock,...)",
    "seccomp": "Use Linux on x86_64 or aarch64 with seccomp filters",
    "no_new_privs": "Use Linux",
    "signals": "Use Linux with seccomp filters",
    "uid": "Run as root with an interpreter that other users can reach, or with CAP_SYS_ADMIN",
    "pid": "Run as root with CAP_SYS_ADMIN",
    "net": "Run as root with CAP_SYS_ADMIN",
    "ipc": "Run as root with CAP_SYS_ADMIN",
    GPU: "Grade on the CPU (--device cpu)",
}


@dataclass(frozen=True, slots=True)
class Held:
    """The layers of a zygote's workers.

    Args:
        layers: by name: whether it holds, and why not or how.
    """

    layers: Mapping[str, tuple[bool, str]]

    @classmethod
    def of(cls, told: Mapping[str, tuple[bool, str]]) -> "Held":
        """From what the zygote tells."""
        return cls({name: (bool(held), str(why)) for name, (held, why) in told.items()})

    @property
    def isolation(self) -> str:
        """strict, standard or basic."""
        return next(grade for grade in reversed(GRADES) if not self.missing(grade) or grade == "basic")

    def missing(self, grade: str) -> list[str]:
        """The layers that a grade needs and that do not hold."""
        needed = [*([GPU] if grade == "strict" and GPU in self.layers else []), *_NEEDED[grade]]
        return [name for name in needed if not self.layers.get(name, (False, ""))[0]]

    def on_a_gpu(self) -> "Held":
        """The same where workers reach the driver of a GPU, which is a large piece of the kernel's own."""
        return Held({**self.layers, GPU: (False, "a worker speaks to the driver of the GPU")})


def refuse(held: Held, require: str) -> None:
    """Refuse when less holds than is required.

    Raises:
        MachineError: naming the first layer that is missing and what to do.
    """
    missing = held.missing(require)
    if not missing:
        return
    name = missing[0]
    why = held.layers.get(name, (False, ""))[1] or "unknown"
    raise MachineError(
        f"isolation {require!r} does not hold here: the layer {name!r} is missing ({why});"
        f" what holds is {held.isolation!r}",
        f"{_REMEDIES.get(name, 'Use Linux')}, or ask for less with --require {held.isolation}.",
    )
