"""`submission`, as a hidden test sees it: names that are called in the worker, and plain values back.

Nothing of the student's crosses but values of a fixed list of types and the class and text of an
exception. A test never holds an object of theirs.
"""

import builtins
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from grader.module import Module
from grader.worker.modules import Handle

LOCAL = frozenset(
    {
        "ArithmeticError", "AssertionError", "AttributeError", "EOFError", "FloatingPointError", "ImportError",
        "IndexError", "KeyError", "LookupError", "MemoryError", "ModuleNotFoundError", "NameError",
        "NotImplementedError", "OSError", "OverflowError", "PermissionError", "RecursionError", "RuntimeError",
        "StopIteration", "TypeError", "UnboundLocalError", "ValueError", "ZeroDivisionError",
    }
)  # fmt: skip
"""The exceptions that arrive as what they are; all others arrive as StudentError."""


class StudentError(Exception):
    """An exception of the submission whose class is none of Python's usual ones."""


class MissingError(AssertionError):
    """The submission does not define a name."""


class UnsupportedError(AssertionError):
    """The submission gave back something that is no array, tensor, number, text, module, or list of these."""


class Gone(BaseException):
    """The process of the submission has ended, and the test with it, whatever the test catches."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a call gave back.

    Args:
        value: the result, made anew on this side.
        arguments: the positional arguments as they stood after the call.
        keywords: those by name.
        aliases: the places of the arguments whose memory the result shared.
        seconds: wall time of the call.
    """

    value: Any
    arguments: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] | None = None
    aliases: tuple[int, ...] = ()
    seconds: float = 0.0


class Caller(Protocol):
    """Where the submission runs: a worker behind the wall, or, for authors, this process."""

    def names(self) -> Sequence[str]:
        """What the submission defines."""

    def call(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Reply:
        """Call a function of the submission."""


class Submission:
    """The submission of a student.

    `submission.conv2d(x, w)` gives the value; `submission.call("conv2d", x, w)` the whole `Reply`.
    Where the value is an nn.Module, as of `submission.LeNet5()`, it is a `grader.module.Module` here.
    An exception of the student's code is raised here as one of `LOCAL` with the same text.
    """

    def __init__(self, caller: Caller, missing: str = "") -> None:
        """Wrap a caller; `missing` says why a name may be missing: which cell failed."""
        self._caller = caller
        self._missing = missing

    def __repr__(self) -> str:
        return "submission"

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """A function of the submission."""
        if name.startswith("__"):
            raise AttributeError(name)
        return _Function(self, name)

    def call(self, name: str, /, *args: Any, **kwargs: Any) -> Reply:
        """Call a function and keep everything that came back.

        Raises:
            MissingError: the submission does not define it.
        """
        if name not in self._caller.names():
            raise MissingError(f"{name} is not defined{self._missing}")
        reply = self._caller.call(name, args, kwargs)
        if isinstance(reply.value, Handle):
            return replace(reply, value=Module(self._caller.call, reply.value.number))
        return reply


class _Function:
    """A function of the submission; a message of pytest's shows it by its name."""

    def __init__(self, submission: Submission, name: str) -> None:
        self._submission = submission
        self._name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._submission.call(self._name, *args, **kwargs).value

    def __repr__(self) -> str:
        return self._name


def raised(type_name: str, text: str, builtin: str = "") -> Exception:
    """An exception of the submission as one to raise here; `of_submission` tells it from a fault of a test.

    Args:
        type_name: of its class.
        text: what it says.
        builtin: the nearest class of Python's own, for a class of the submission's.

    >>> raised("ValueError", "no"), raised("Odd", "3", "ValueError"), raised("Sneaky", "ha")
    (ValueError('no'), ValueError('Odd: 3'), StudentError('Sneaky: ha'))
    """
    nearest = next((name for name in (type_name, builtin) if name in LOCAL), "")
    known: type[Exception] = getattr(builtins, nearest) if nearest else StudentError
    error = known(text if nearest == type_name else f"{type_name}: {text}")
    error.of_submission = True  # type: ignore[attr-defined]
    return error


def of_submission(error: BaseException) -> bool:
    """Whether an exception came out of the submission, or says what the submission lacks."""
    return isinstance(error, AssertionError) or getattr(error, "of_submission", False) is True
