"""A network as blocks, one after another, with the shapes between them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from question_bank.fields import PerAxis
from question_bank.figures.figure import Row, in_order, times, words
from question_bank.network import POOLS, Network, Single, walk
from question_bank.network.layers import SCHEMAS
from question_bank.text import interface

_LETTERS = {
    "out_channels": "C", "out_features": "F", "kernel_size": "K", "stride": "S", "padding": "P", "dilation": "D",
    "groups": "G",
}  # fmt: skip
_USUAL = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}


MOST_BLOCKS = 24
"""What can still be seen on a page."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """A network without branches: each layer a block; a solution says the shape behind each."""

    layers: Network
    shape: tuple[int, ...]

    def asked(self, language: str) -> Row | None:
        """The layers, and room for the shapes behind them; None where there are branches, or too many layers."""
        return self._row(language, [None] * len(self.layers), "blocks.asked")

    def worked(self, language: str) -> Row | None:
        """The layers with the shapes behind them; None where there are branches, or too many layers."""
        return self._row(language, [_shape(passed.after) for passed in walk(self.layers, self.shape)], "blocks.worked")

    def _row(self, language: str, shapes: list[list[int] | None], text: str) -> Row | None:
        layers = [layer for layer in self.layers if isinstance(layer, Single)]
        if len(layers) < len(self.layers) or len(layers) > MOST_BLOCKS:
            return None
        blocks = [
            {"label": layer.label, "type": layer.type, "facts": list(_facts(layer)), "shape": shape}
            for layer, shape in zip(layers, shapes, strict=True)
        ]
        said = [
            f"{words('input', language)} {in_order(times(self.shape), language)}",
            *(_said(block, language) for block in blocks),
        ]
        return {
            "kind": "blocks",
            "input": list(self.shape),
            "blocks": blocks,
            "alt": words(text, language, blocks="; ".join(said)),
        }


def _shape(shape: tuple[Any, ...] | None) -> list[int] | None:
    return None if shape is None else list(map(int, shape))


def _facts(layer: Single) -> Iterator[str]:
    """The numbers of a layer that its block shows: those that are not the usual ones."""
    for key, letter in _LETTERS.items():
        if key not in SCHEMAS[layer.type].fields:
            continue
        value = getattr(layer.given, key)
        if layer.type in POOLS and key == "stride":  # a pool steps by its own size where nothing else is said
            value = layer.given.kernel_size if value is None else value
        elif value is None or value == _USUAL.get(key):
            continue
        if isinstance(value, tuple) and isinstance(SCHEMAS[layer.type].fields[key], PerAxis):
            value = times(value)
        yield f"{letter} = {value}"


def _said(block: dict[str, Any], language: str) -> str:
    name = str(interface(f"layers.{block['type']}", language))
    facts = ", ".join(block["facts"])
    numbers = f"{facts} → {times(block['shape'])}".strip() if block["shape"] else facts
    between = ", " if facts else " "
    return f"{block['label']}: {name}{between}{in_order(numbers, language)}" if numbers else f"{block['label']}: {name}"
