"""The layers of a network as a `given` states them, with torch's names and defaults."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from question_bank import numerals
from question_bank.errors import Refused
from question_bank.fields import REQUIRED, Field, Flag, PerAxis, Whole, Word, make_symbol, short
from question_bank.given import Given, Schema
from question_bank.network.stacks import Stacks
from question_bank.space import Among, Domain, Record
from question_bank.text import interface

CONVOLUTIONS = frozenset({"conv1d", "conv2d", "conv3d", "conv_transpose2d"})
POOLS = frozenset({"maxpool2d", "avgpool2d"})
AXES_OF = {"conv1d": 1, "conv2d": 2, "conv3d": 3, "conv_transpose2d": 2, "maxpool2d": 2, "avgpool2d": 2}

_CONVOLUTION: dict[str, Field] = {
    "in_channels": Whole("C_in", default=None),
    "out_channels": Whole("C"),
    "kernel_size": PerAxis("K", size=True),
    "stride": PerAxis("S", default=1),
    "padding": PerAxis("P", least=0, default=0),
    "dilation": PerAxis("D", default=1),
    "groups": Whole("G", default=1),
    "bias": Flag(default=True),
}
_POOL: dict[str, Field] = {
    "kernel_size": PerAxis("K", size=True),
    "stride": PerAxis("S", default=None),
    "padding": PerAxis("P", least=0, default=0),
    "ceil_mode": Flag(default=False),
}
SCHEMAS: Mapping[str, Schema] = {
    **dict.fromkeys(("conv1d", "conv2d", "conv3d"), Schema(**_CONVOLUTION)),
    "conv_transpose2d": Schema(**_CONVOLUTION, output_padding=PerAxis("O", least=0, default=0)),
    **dict.fromkeys(sorted(POOLS), Schema(**_POOL)),
    "global_avg_pool": Schema(),
    "linear": Schema(in_features=Whole("F_in", default=None), out_features=Whole("F"), bias=Flag(default=True)),
    **dict.fromkeys(("relu", "tanh", "sigmoid", "softmax", "dropout", "flatten", "identity"), Schema()),
    "batchnorm2d": Schema(num_features=Whole("C_in", default=None)),
    "groupnorm": Schema(num_groups=Whole("G"), num_channels=Whole("C_in", default=None)),
}
_JOIN = Word("sum", "concat")
_BRANCHES = ("type", "join", "branches")
_ENTERS = ("in_channels", "in_features", "num_features", "num_channels")


@dataclass(frozen=True, slots=True)
class Single:
    """A layer of its own: its type, and its keys with torch's names.

    In a symbolic twin each number that was stated is a symbol with the layer's label: K_2, S_2.
    `name` is where the layer stands in the given, "layers[1]". A pool's stride is None where it
    was not stated.
    """

    label: str
    name: str
    type: str
    given: Given

    @property
    def enters(self) -> tuple[str, Any]:
        """The key for the channels or features that enter, and its value; ("", None) where there is none."""
        key = next((key for key in _ENTERS if key in SCHEMAS[self.type].fields), "")
        return key, getattr(self.given, key) if key else None


@dataclass(frozen=True, slots=True)
class Joined:
    """Stacks side by side on the same input, joined at the end; an empty one is the identity."""

    label: str
    name: str
    join: str
    stacks: tuple[tuple[Any, ...], ...]


Network = tuple[Single | Joined, ...]


def drawn(kind: str, **keys: Domain) -> Record:
    """The space of a layer of one type, a domain for each key that is stated.

    >>> drawn("maxpool2d", kernel_size=Among(2, 3)).at(1)
    {'type': 'maxpool2d', 'kernel_size': 3}
    """
    return Record(type=Among(kind), **keys)


def singles(layers: Network) -> Iterator[Single]:
    """Every layer that is not branches, those inside branches too, in reading order."""
    for layer in layers:
        if isinstance(layer, Single):
            yield layer
        else:
            for stack in layer.stacks:
                yield from singles(stack)


class Layers(Stacks):
    """A list of layers, {"type": "conv2d", "out_channels": 6, "kernel_size": 5} or {"type": "branches", ...}.

    What can be seen in a layer alone is checked here; `check_network` checks it against what reaches it.
    """

    def _layer(self, raw: Any, name: str, label: str, depth: int, count: list[int]) -> Single | Joined:
        if not isinstance(raw, Mapping):
            raise Refused(f"{name}: expected a layer such as {{'type': 'relu'}}, got {short(raw)}")
        if "type" not in raw:
            raise Refused(f"{name}: missing key: type")
        kind = raw["type"]
        if kind == "branches":
            self._refuse_unknown(raw, name, _BRANCHES)
            for key in _BRANCHES:
                if key not in raw:
                    raise Refused(f"{name}: missing key: {key}")
            join = _JOIN.read(raw["join"], f"{name}.join")
            return Joined(label, name, join, self._stacks(raw["branches"], name, label, depth, count))
        if not isinstance(kind, str) or kind not in SCHEMAS:
            raise Refused(f"{name}.type: expected one of {', '.join(SCHEMAS)}, branches, got {short(kind)}")
        return Single(label, name, kind, self._keys(raw, kind, name))

    def _keys(self, raw: Mapping[str, Any], kind: str, name: str) -> Given:
        fields = SCHEMAS[kind].fields
        self._refuse_unknown(raw, name, ("type", *fields))
        values: dict[str, Any] = {}
        for key, field in fields.items():
            if key in raw:
                values[key] = field.read(raw[key], f"{name}.{key}")
                self._refuse_axes(values[key], kind, f"{name}.{key}")
            elif field.default is REQUIRED:
                raise Refused(f"{name}: missing key: {key}")
            else:
                values[key] = field.default
        return Given(values, frozenset(raw) - {"type"}, AXES_OF.get(kind, 0))

    def _refuse_unknown(self, raw: Mapping[str, Any], name: str, known: tuple[str, ...]) -> None:
        unknown = raw.keys() - set(known)
        if unknown:
            raise Refused(f"{name}: unknown key: {short(min(map(str, unknown)))[1:-1]} (known: {', '.join(known)})")

    def _refuse_axes(self, value: Any, kind: str, name: str) -> None:
        if isinstance(value, tuple) and len(value) != AXES_OF[kind]:
            raise Refused(f"{name}: a list for {kind} has the length {AXES_OF[kind]}, got {len(value)}")

    def leaves(self, value: Any) -> Iterator[Any]:
        for layer in singles(value):
            yield from SCHEMAS[layer.type].leaves(layer.given)

    def symbols(self, twin: Any) -> Iterator[Any]:
        for layer in singles(twin):
            for key, field in SCHEMAS[layer.type].fields.items():
                if key in layer.given.stated:
                    yield from field.symbols(getattr(layer.given, key))

    def twin(self, value: Any) -> Any:
        return tuple(self._twin(layer) for layer in value)

    def _twin(self, layer: Single | Joined) -> Single | Joined:
        if isinstance(layer, Joined):
            return Joined(layer.label, layer.name, layer.join, tuple(self.twin(stack) for stack in layer.stacks))
        schema = SCHEMAS[layer.type]
        twin = schema.twin(layer.given)
        values = {
            key: _labelled(getattr(twin, key), layer.label) if key in twin.stated else getattr(twin, key)
            for key in schema.fields
        }
        return Single(layer.label, layer.name, layer.type, Given(values, twin.stated, twin.dimensions))

    def skeleton(self, value: Any) -> Hashable:
        return tuple(
            [
                (layer.type, SCHEMAS[layer.type].skeleton(layer.given))
                if isinstance(layer, Single)
                else ("branches", layer.join, *(self.skeleton(stack) for stack in layer.stacks))
                for layer in value
            ]
        )

    def latex(self, value: Any, language: str) -> str:
        """The network as a Markdown table, a row a layer; it stands in a statement outside of formulas."""
        columns = ["channels", "kernel_size", "stride", "padding"]
        for key, default in (("dilation", 1), ("groups", 1)):
            if any(getattr(layer.given, key, default) != default for layer in singles(value)):
                columns.append(key)
        columns.append("bias")
        heads = [interface(f"layers.{head}", language) for head in ("layer", "kind", *columns)]
        rows = [[label, kind, *cells] for label, kind, cells in _rows(value, columns, language)]
        lines = [heads, ["---"] * len(heads), *rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _labelled(value: Any, label: str) -> Any:
    """A symbol, or each of several, with the label of its layer; words and flags as they are."""
    if isinstance(value, tuple):
        return tuple(_labelled(entry, label) for entry in value)
    return value if value is None or isinstance(value, bool) else make_symbol(f"{value.name}_{label}")


def _rows(layers: Network, columns: list[str], language: str) -> Iterator[tuple[str, str, list[str]]]:
    """Label, kind and cells of each layer; the layers inside branches follow the row of the branches."""
    for layer in layers:
        if isinstance(layer, Single):
            cells = [_cell(layer, column, language) for column in columns]
            yield layer.label, interface(f"layers.{layer.type}", language), cells
        else:
            yield layer.label, interface(f"layers.{layer.join}", language), ["–"] * len(columns)
            for stack in layer.stacks:
                yield from _rows(stack, columns, language)


def _cell(layer: Single, column: str, language: str) -> str:
    given, fields = layer.given, SCHEMAS[layer.type].fields
    key = (
        next((key for key in ("out_channels", "out_features") if key in fields), "") if column == "channels" else column
    )
    if key not in fields:
        return "–"
    value = getattr(given, key)
    if isinstance(value, bool):
        return str(interface("value.yes" if value else "value.no", language))
    if value is None:  # a pool steps by its own size where nothing else is said
        key, value = "kernel_size", given.kernel_size
    field = fields[key]
    return f"${field.latex(value, language) if isinstance(field, PerAxis) else numerals.latex(value, language)}$"
