"""What comes back from a worker."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grader.errors import SuiteError


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call gave back, built anew on this side.

    Args:
        value: the result; a `Handle` of an nn.Module, which stays there.
        arguments: the positional arguments as they stood after the call.
        keywords: those by name.
        aliases: the places of the arguments in whose memory the result lies.
        seconds: wall time of the call, by our clock.
    """

    value: Any
    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]
    aliases: tuple[int, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the cells defined, and what went wrong in them.

    Args:
        names: in order.
        errors: the cell, the class of the exception, its text; the cell may have gone on after a failed import.
        seconds: wall time.
    """

    names: tuple[str, ...]
    errors: tuple[tuple[int, str, str], ...]
    seconds: float


class Remote(Exception):
    """An exception of the student's code; all of it is their text, made printable.

    Args:
        type_name: the name of its class.
        text: what it says.
        builtin: the nearest class of Python's own.
        cell: the cell where it came up; 0 when that is not known.
        line: the line in that cell.
    """

    def __init__(self, type_name: str, text: str, builtin: str = "Exception", cell: int = 0, line: int = 0) -> None:
        super().__init__(f"{type_name}: {text}")
        self.type_name, self.text, self.builtin, self.cell, self.line = type_name, text, builtin, cell, line


class Unsupported(Exception):
    """Something came back that cannot cross, or an argument of ours cannot."""


class Ended(Exception):
    """The worker died or met a limit, and is gone.

    Args:
        status: timeout, memory, output or error.
        reason: for people; nothing in it is text of the student's.
    """

    def __init__(self, status: str, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class Lost(SuiteError):
    """A worker or the zygote was killed by somebody else: a fault of ours, and worth another try."""
