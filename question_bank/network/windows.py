"""Windows that slide, as a `given` states them, and their arithmetic along an axis.

`Windows` is the field of the families that see a layer only as a window: kernel k, stride s,
dilation d, padding p, and branches side by side. `padded` and `places` write the formulas of one axis
as a textbook would, without what is not stated; `check_fits` refuses a window that has no place.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from question_bank.errors import Refused
from question_bank.fields import make_symbol, short, whole
from question_bank.network.stacks import Stacks


@dataclass(frozen=True, slots=True)
class Window:
    """A layer that slides a window: kernel, stride, dilation, padding.

    In a symbolic twin k, and s and d where they were stated, are symbols; s and d are 1 otherwise.
    `label` counts the layers from 1: "2", or "2b1" for the first layer of the second branch.
    """

    label: str
    k: Any
    s: Any
    d: Any
    p: int
    stated: tuple[bool, bool]


@dataclass(frozen=True, slots=True)
class Branches:
    """Stacks side by side on the same input, joined at the end; an empty one is the identity."""

    label: str
    stacks: tuple[tuple[Any, ...], ...]


Layer = Window | Branches


class Windows(Stacks):
    """A list of {"k", "s": 1, "d": 1, "p": 0} and {"branches": [[...], ...]}."""

    _KEYS = frozenset({"k", "s", "d", "p"})

    def _layer(self, raw: Any, name: str, label: str, depth: int, count: list[int]) -> Layer:
        if not isinstance(raw, Mapping):
            raise Refused(f"{name}: expected a layer such as {{'k': 3, 's': 2}}, got {short(raw)}")
        if "branches" in raw:
            return self._branches(raw, name, label, depth, count)
        unknown = raw.keys() - self._KEYS
        if unknown:
            raise Refused(f"{name}: unknown key: {short(min(map(str, unknown)))[1:-1]} (known: k, s, d, p)")
        if "k" not in raw:
            raise Refused(f"{name}: missing key: k")
        return Window(
            label,
            whole(raw["k"], f"{name}.k", 1),
            whole(raw.get("s", 1), f"{name}.s", 1),
            whole(raw.get("d", 1), f"{name}.d", 1),
            whole(raw.get("p", 0), f"{name}.p", 0),
            ("s" in raw, "d" in raw),
        )

    def _branches(self, raw: Mapping[str, Any], name: str, label: str, depth: int, count: list[int]) -> Branches:
        if len(raw) > 1:
            raise Refused(f"{name}: branches stand alone in their layer")
        return Branches(label, self._stacks(raw["branches"], name, label, depth, count))

    def leaves(self, value: Any) -> Iterator[Any]:
        for layer in windows_of(value):
            yield layer.k
            if layer.stated[0]:
                yield layer.s
            if layer.stated[1]:
                yield layer.d

    def symbols(self, twin: Any) -> Iterator[Any]:
        return self.leaves(twin)

    def twin(self, value: Any) -> Any:
        return tuple(self._twin(layer) for layer in value)

    def _twin(self, layer: Layer) -> Layer:
        if isinstance(layer, Branches):
            return Branches(layer.label, tuple(self.twin(stack) for stack in layer.stacks))
        stride, dilation = layer.stated
        return Window(
            layer.label,
            make_symbol(f"k_{layer.label}"),
            make_symbol(f"s_{layer.label}") if stride else 1,
            make_symbol(f"d_{layer.label}") if dilation else 1,
            layer.p,
            layer.stated,
        )

    def skeleton(self, value: Any) -> Hashable:
        return tuple(
            [
                layer.stated
                if isinstance(layer, Window)
                else ("branches", *(self.skeleton(stack) for stack in layer.stacks))
                for layer in value
            ]
        )


def windows_of(stack: tuple[Layer, ...]) -> Iterator[Window]:
    """Every window of a stack, those inside branches too, in reading order."""
    for layer in stack:
        if isinstance(layer, Window):
            yield layer
        else:
            for inner in layer.stacks:
                yield from windows_of(inner)


def padded(length: Any, padding: Any) -> Any:
    """The formula of a length with padding at both ends.

    >>> from sympy import Symbol
    >>> padded(Symbol("W"), 0), padded(4, 1)
    (W, 6)
    """
    return length if padding == 0 else length + 2 * padding


def places(length: Any, window: Any, stride: Any = 1, padding: Any = 0) -> Any:
    """The number of places of a window along an axis, floor((n + 2P - K) / S) + 1: of symbols the formula.

    >>> places(32, 5, 2), places(10**30, 3, 1, 1) == 10**30
    (14, True)

    Args:
        length: of the input, a symbol or a number.
        window: the extent of the kernel with its dilation.
        stride: 1 where it was not stated.
        padding: at each end, 0 where it was not stated.
    """
    free = padded(length, padding) - window
    return free + 1 if stride == 1 else free // stride + 1


def check_fits(length: int, window: int, padding: int = 0, axis: int = 0, name: str = "kernel") -> None:
    """Refuse a window that is larger than the padded input.

    Raises:
        Refused: it has no place.
    """
    room = length + 2 * padding
    if window > room:
        raise Refused(f"the {name} ({window}) is larger than the padded input ({room}) on axis {axis}")
