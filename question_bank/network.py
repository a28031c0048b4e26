"""Layers as a `given` states them, and the arithmetic of a window that slides.

`Windows` is the field of the families that see a layer only as a window: kernel k, stride s,
dilation d, padding p, and branches side by side. `padded` and `places` write the formulas of one axis
as a textbook would, without what is not stated; `check_fits` refuses a window that has no place.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from question_bank.errors import Refused
from question_bank.fields import REQUIRED, Field, make_symbol, short, whole

MOST_LAYERS = 1_000
DEEPEST = 8


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


class Windows(Field):
    """A list of {"k", "s": 1, "d": 1, "p": 0} and {"branches": [[...], ...]}."""

    default = REQUIRED
    _KEYS = frozenset({"k", "s", "d", "p"})

    def read(self, value: Any, name: str) -> tuple[Layer, ...]:
        if not isinstance(value, list | tuple) or not value:
            raise Refused(f"{name}: expected a list of layers, got {short(value)}")
        count = [0]
        return self._stack(value, name, "", 0, count)

    def _stack(self, value: Any, name: str, label: str, depth: int, count: list[int]) -> tuple[Layer, ...]:
        if not isinstance(value, list | tuple):
            raise Refused(f"{name}: expected a list of layers, got {short(value)}")
        layers = []
        for place, raw in enumerate(value):
            count[0] += 1
            if count[0] > MOST_LAYERS:
                raise Refused(f"{name}: over {MOST_LAYERS} layers are not taken")
            layers.append(self._layer(raw, f"{name}[{place}]", f"{label}{place + 1}", depth, count))
        return tuple(layers)

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
        stacks = raw["branches"]
        if len(raw) > 1:
            raise Refused(f"{name}: branches stand alone in their layer")
        if not isinstance(stacks, list | tuple) or not stacks:
            raise Refused(f"{name}.branches: expected a list of lists of layers, got {short(stacks)}")
        if depth >= DEEPEST:
            raise Refused(f"{name}: branches are nested over {DEEPEST} deep")
        return Branches(
            label,
            tuple(
                self._stack(stack, f"{name}.branches[{number}]", f"{label}{_branch_letter(number)}", depth + 1, count)
                for number, stack in enumerate(stacks)
            ),
        )

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


def _branch_letter(number: int) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return letters[number] if number < len(letters) else f"z{number}"


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
    """The formula of the number of places of a window along an axis: floor((n + 2P - K) / S) + 1.

    Args:
        length: of the input, a symbol.
        window: the extent of the kernel with its dilation.
        stride: 1 where it was not stated.
        padding: at each end, 0 where it was not stated.
    """
    from sympy import floor

    free = padded(length, padding) - window
    return free + 1 if stride == 1 else floor(free / stride) + 1


def check_fits(length: int, window: int, padding: int = 0, axis: int = 0, name: str = "kernel") -> None:
    """Refuse a window that is larger than the padded input.

    Raises:
        Refused: it has no place.
    """
    room = length + 2 * padding
    if window > room:
        raise Refused(f"the {name} ({window}) is larger than the padded input ({room}) on axis {axis}")
