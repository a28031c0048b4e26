"""Submissions that know the right answer and spoil it: no value test may take one of them for work.

Each stands where a submission stands and is asked what a student is asked. It answers from the
solution, changed, and remembers whether it ever gave what the solution would not have given.
"""

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np

from grader.proxy import Caller, Reply

Array = np.ndarray[Any, Any]
WEIGHTS = (" parameters", " state_dict")
"""The ends of the names of operations of modules that give weights: what is right for them is the submission's."""


class Fake:
    """The solution with every array and tensor that it gives back spoilt, but for the weights of its modules.

    `lied` says whether an answer so far was another one than the solution's.
    """

    def __init__(self, solution: Caller, spoil: Callable[[Array, Sequence[Any]], Array]) -> None:
        self._solution = solution
        self._spoil = spoil
        self.lied = False

    def names(self) -> Sequence[str]:
        """What the solution defines."""
        return self._solution.names()

    def call(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Reply:
        """Call the solution, and give back something else."""
        reply = self._solution.call(name, args, kwargs)
        if name.endswith(WEIGHTS):
            return reply
        given = [_array(value) for value in (*args, *kwargs.values())]
        return replace(reply, value=self._spoilt(reply.value, given))

    def _spoilt(self, value: Any, given: Sequence[Any]) -> Any:
        if isinstance(value, dict):
            return {key: self._spoilt(item, given) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self._spoilt(item, given) for item in value)
        right = _array(value)
        if not isinstance(right, np.ndarray):
            return value
        spoilt = self._spoil(right, given)
        self.lied |= not np.array_equal(spoilt, right)
        return spoilt if right is value else sys.modules["torch"].from_numpy(np.ascontiguousarray(spoilt))


class Deaf:
    """The solution asked without one of its arguments: right as long as that has its default value.

    Args:
        solution: asked instead.
        ignored: the name of the argument.
        place: where it stands when it is given without its name.
        default: its value when nobody gives it.
    """

    def __init__(self, solution: Caller, ignored: str, place: int, default: Any) -> None:
        self._solution = solution
        self._ignored, self._place, self._default = ignored, place, default
        self.lied = False

    def names(self) -> Sequence[str]:
        """What the solution defines."""
        return self._solution.names()

    def call(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Reply:
        """Call the solution with the default."""
        right = self._solution.call(name, args, kwargs)
        less = {key: value for key, value in kwargs.items() if key != self._ignored}
        default = [self._default] if len(args) > self._place else []
        reply = self._solution.call(name, [*args[: self._place], *default, *args[self._place + 1 :]], less)
        self.lied |= not np.array_equal(reply.value, right.value)
        return reply


def _array(value: Any) -> Any:
    """A tensor as an array; anything else as it is."""
    torch = sys.modules.get("torch")
    return value.detach().numpy() if torch is not None and isinstance(value, torch.Tensor) else value


def _echo(right: Array, given: Sequence[Any]) -> Array:
    return next((value for value in given if isinstance(value, np.ndarray)), right).copy()


def _noise(right: Array, _: Sequence[Any]) -> Array:
    noise: Array = np.asarray(np.random.default_rng(0).normal(size=right.shape))
    return noise.astype(right.dtype)


SPOILS: Mapping[str, Callable[[Array, Sequence[Any]], Array]] = {
    "zeros": lambda right, _: np.zeros_like(right),
    "nan": lambda right, _: np.full(right.shape, np.nan, np.result_type(right.dtype, np.float32)),
    "ones": lambda right, _: np.ones_like(right),
    "mean": lambda right, _: np.full_like(right, right.mean()),
    "echo": _echo,
    "shuffled": lambda right, _: np.roll(right.ravel(), 1).reshape(right.shape),
    "reversed": lambda right, _: right.ravel()[::-1].reshape(right.shape),
    "shape_only": _noise,
    "scaled": lambda right, _: right * right.dtype.type(2),
    "negated": lambda right, _: -right,
    "shifted": lambda right, _: right + right.dtype.type(1),
    "as_a_row": lambda right, _: right.reshape(1, -1),
    "one_number": lambda right, _: right.ravel()[:1],
}
"""The ways to be wrong for every call: each must fail every value test."""


def fakes(solution: ModuleType, names: Sequence[str]) -> Iterator[tuple[str, Callable[[Caller], "Fake | Deaf"]]]:
    """The fakes of a solution: its answers spoilt, and itself deaf to each argument that has a number by default.

    Args:
        solution: the assignment's own.
        names: what a submission must define.
    """
    for name, spoil in SPOILS.items():
        yield name, _spoiling(spoil)
    for function in (getattr(solution, name) for name in names):
        for place, parameter in enumerate(inspect.signature(function).parameters.values()):
            if type(parameter.default) is int:
                yield f"without_{parameter.name}", _deaf(parameter.name, place, parameter.default)


def _spoiling(spoil: Callable[[Array, Sequence[Any]], Array]) -> Callable[[Caller], Fake]:
    return lambda caller: Fake(caller, spoil)


def _deaf(ignored: str, place: int, default: int) -> Callable[[Caller], Deaf]:
    return lambda caller: Deaf(caller, ignored, place, default)
