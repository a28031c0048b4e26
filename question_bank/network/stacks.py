"""Lists of layers with branches in them, as a `given` states them: what all their fields share."""

from typing import Any

from question_bank.errors import Refused
from question_bank.fields import REQUIRED, Field, short

MOST_LAYERS = 1_000
DEEPEST = 8


class Stacks(Field):
    """A list of layers; a layer may hold lists of layers in its turn.

    Layers are counted from 1: "2", or "2b1" for the first layer of the second branch of layer 2.
    """

    default = REQUIRED

    def read(self, value: Any, name: str) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple) or not value:
            raise Refused(f"{name}: expected a list of layers, got {short(value)}")
        return self._stack(value, name, "", 0, [0])

    def _stack(self, value: Any, name: str, label: str, depth: int, count: list[int]) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise Refused(f"{name}: expected a list of layers, got {short(value)}")
        layers = []
        for place, raw in enumerate(value):
            count[0] += 1
            if count[0] > MOST_LAYERS:
                raise Refused(f"{name}: over {MOST_LAYERS} layers are not taken")
            layers.append(self._layer(raw, f"{name}[{place}]", f"{label}{place + 1}", depth, count))
        return tuple(layers)

    def _layer(self, raw: Any, name: str, label: str, depth: int, count: list[int]) -> Any:
        raise NotImplementedError  # pragma: no cover - every field has its own

    def _stacks(self, value: Any, name: str, label: str, depth: int, count: list[int]) -> tuple[Any, ...]:
        """The stacks of the branches of a layer."""
        if not isinstance(value, list | tuple) or not value:
            raise Refused(f"{name}.branches: expected a list of lists of layers, got {short(value)}")
        if depth >= DEEPEST:
            raise Refused(f"{name}: branches are nested over {DEEPEST} deep")
        return tuple(
            self._stack(stack, f"{name}.branches[{number}]", f"{label}{_letters(number)}", depth + 1, count)
            for number, stack in enumerate(value)
        )


def _letters(number: int) -> str:
    """The letters of a branch: a to z, then aa, ab."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = "abcdefghijklmnopqrstuvwxyz"[rest] + letters
    return letters
