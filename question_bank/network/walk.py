"""The way through a network: the shape that reaches each layer and the shape that leaves it.

One walk serves numbers and symbols. Over numbers it is how a network is checked; over the symbols
of a twin it writes a step for each size, in the order of the layers.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import mul
from typing import Any

from sympy import Add, Integer, Min, ceiling

from question_bank.errors import Refused
from question_bank.fields import AXES, on_axis
from question_bank.formulas.derivation import Step, symbol
from question_bank.network.layers import AXES_OF, CONVOLUTIONS, POOLS, Joined, Network, Single
from question_bank.network.windows import check_fits, padded, places

Shape = tuple[Any, ...]
# a letter, the layer, the formula, and what students write instead; gives what the shape shall hold
Name = Callable[[str, Single | Joined, Any, Callable[[], Mapping[str, Any]]], Any]


@dataclass(frozen=True, slots=True)
class Passed:
    """A layer with the shape that reaches it and the shape that leaves it, [C, H, W] or [F].

    Without an input both are None. `ends` are the shapes at the ends of branches.
    """

    layer: Single | Joined
    before: Shape | None
    after: Shape | None
    ends: tuple[Shape | None, ...] = ()


def as_it_is(letter: str, layer: Single | Joined, value: Any, rivals: Callable[[], Mapping[str, Any]]) -> Any:
    """The `Name` of numbers."""
    return value


def as_step(steps: list[Step]) -> Name:
    """The `Name` of symbols: each size becomes a step with the caption "size"."""

    def name(letter: str, layer: Single | Joined, formula: Any, rivals: Callable[[], Mapping[str, Any]]) -> Any:
        size = symbol(f"{letter}_{layer.label}")
        steps.append(Step(size, formula, "size", rivals(), {"layer": layer.label}))
        return size

    return name


def walk(layers: Network, shape: Shape | None, name: Name = as_it_is) -> Iterator[Passed]:
    """Every layer in reading order, those inside branches before the branches themselves.

    Raises:
        Refused: a layer does not take a shape with so many axes.
    """
    for layer in layers:
        before = shape
        if isinstance(layer, Single):
            shape = None if before is None else _after(layer, before, name)
            yield Passed(layer, before, shape)
            continue
        ends = []
        for stack in layer.stacks:
            end = before
            for passed in walk(stack, before, name):
                yield passed
                end = passed.after
            ends.append(end)
        shape = _joined(layer, ends, name)
        yield Passed(layer, before, shape, tuple(ends))


def _after(layer: Single, shape: Shape, name: Name) -> Shape:
    given, kind = layer.given, layer.type
    if kind in AXES_OF or kind in ("global_avg_pool", "batchnorm2d"):
        axes = AXES_OF.get(kind, 2)
        if len(shape) != axes + 1:
            raise Refused(
                f"{layer.name}.type: {kind} takes [{', '.join(('C', *AXES[axes]))}], {_listed(shape)} reaches it"
            )
    if kind in AXES_OF:
        channels = given.out_channels if kind in CONVOLUTIONS else shape[0]
        return (channels, *(_size(layer, axis, length, name) for axis, length in enumerate(shape[1:])))
    if kind == "global_avg_pool":
        return (shape[0], 1, 1)
    if kind == "linear":
        if len(shape) != 1:
            raise Refused(f"{layer.name}.type: linear takes a flat [F], {_listed(shape)} reaches it; flatten it first")
        return (given.out_features,)
    if kind == "flatten":
        return (_flat(layer, shape, name),)
    return shape


def _flat(layer: Single, shape: Shape, name: Name) -> Any:
    factors = [length for length in shape if length != 1]
    if len(factors) < 2:
        return factors[0] if factors else 1
    return name("F", layer, reduce(mul, factors), lambda: {"one_map": reduce(mul, factors[1:])})


def _joined(layer: Joined, ends: list[Shape | None], name: Name) -> Shape | None:
    if ends[0] is None or layer.join == "sum" or len(ends) == 1:
        return ends[0]
    channels = [end[0] for end in ends if end]
    letter = "F" if len(ends[0]) == 1 else "C"
    return (name(letter, layer, sum_of(channels), dict), *ends[0][1:])


def sum_of(terms: Iterable[Any]) -> Any:
    """The sum of numbers, or its formula: one flat sum however many terms there are."""
    listed = list(terms)
    if listed and all(isinstance(term, int) for term in listed):
        return sum(listed)
    return listed[0] if len(listed) == 1 else Add(*listed) if listed else Integer(0)


def _extent(layer: Single, axis: int) -> Any:
    """How far a window reaches: the kernel with its dilation."""
    kernel = on_axis(layer.given.kernel_size, axis)
    dilation = on_axis(layer.given.dilation, axis) if layer.type in CONVOLUTIONS else 1
    return kernel if dilation == 1 else dilation * (kernel - 1) + 1


def _stride(layer: Single, axis: int) -> Any:
    stride = layer.given.stride
    return on_axis(layer.given.kernel_size if stride is None else stride, axis)


def _size(layer: Single, axis: int, length: Any, name: Name) -> Any:
    """The length that a window makes of a length."""
    given, window, stride = layer.given, _extent(layer, axis), _stride(layer, axis)
    padding = on_axis(given.padding, axis)
    letter = AXES[AXES_OF[layer.type]][axis]
    if layer.type == "conv_transpose2d":
        further = length - 1 if stride == 1 else (length - 1) * stride
        cut = further if padding == 0 else further - 2 * padding
        added = on_axis(given.output_padding, axis)
        return name(letter, layer, cut + window if added == 0 else cut + window + added, dict)
    if layer.type in POOLS and given.ceil_mode:
        free = padded(length, padding) - window
        # no window begins in the padding behind the end
        inside = length if padding == 0 else length + padding
        size = _least(_rounded_up(free, stride) + 1, _rounded_up(inside, stride))
        return name(letter, layer, size, dict)

    def rivals() -> dict[str, Any]:
        without = padded(length, padding) - window
        wrong = {"pooling_ignored": length} if layer.type in POOLS else {}
        wrong["no_plus_one"] = without if stride == 1 else without // stride
        if padding != 0:
            wrong["padding_forgotten"] = places(length, window, stride)
        if stride != 1 and layer.type in CONVOLUTIONS:
            wrong["stride_ignored"] = without + 1
        return wrong

    return name(letter, layer, places(length, window, stride, padding), rivals)


def _rounded_up(above: Any, below: Any) -> Any:
    return -(-above // below) if isinstance(above, int) and isinstance(below, int) else ceiling(above / below)


def _least(first: Any, second: Any) -> Any:
    return min(first, second) if isinstance(first, int) and isinstance(second, int) else Min(first, second)


def _listed(shape: Shape) -> str:
    return f"[{', '.join(map(str, shape))}]"


def check_network(layers: Network, shape: Shape | None) -> None:
    """Refuse layers that disagree with themselves or with what reaches them.

    Raises:
        Refused: the message names the layer and its key.
    """
    for passed in walk(layers, shape):
        layer = passed.layer
        if isinstance(layer, Joined):
            _check_ends(layer, passed.ends)
            continue
        _check_channels(layer, passed.before)
        if layer.type in AXES_OF:
            for axis in range(AXES_OF[layer.type]):
                _check_window(layer, axis, passed)


def _check_ends(layer: Joined, ends: tuple[Shape | None, ...]) -> None:
    shapes = [end for end in ends if end is not None]
    agreeing = {shape if layer.join == "sum" else (len(shape), *shape[1:]) for shape in shapes}
    if len(agreeing) > 1:
        what = "equal shapes" if layer.join == "sum" else "shapes equal but for the channels"
        raise Refused(f"{layer.name}.branches: expected {what}, got {', '.join(map(_listed, shapes[:4]))}")


def _check_channels(layer: Single, before: Shape | None) -> None:
    key, stated = layer.enters
    if not key:
        return
    if before is None and stated is None:
        raise Refused(f"{layer.name}: missing key: {key}; without input each layer states its own")
    if before is not None and stated is not None and stated != before[0]:
        raise Refused(f"{layer.name}.{key}: {stated} is stated, {_listed(before)} reaches the layer")
    entering = before[0] if before is not None else stated
    if layer.type in CONVOLUTIONS:
        for name, channels in ((key, entering), ("out_channels", layer.given.out_channels)):
            if channels % layer.given.groups:
                raise Refused(f"{layer.name}.groups: {layer.given.groups} does not divide {name} ({channels})")
    if layer.type == "groupnorm" and entering % layer.given.num_groups:
        raise Refused(f"{layer.name}.num_groups: {layer.given.num_groups} does not divide {key} ({entering})")


def _check_window(layer: Single, axis: int, passed: Passed) -> None:
    given, kernel = layer.given, on_axis(layer.given.kernel_size, axis)
    padding = on_axis(given.padding, axis)
    if layer.type in POOLS and 2 * padding > kernel:
        raise Refused(f"{layer.name}.padding: at most half the kernel ({kernel}), got {padding}")
    if layer.type == "conv_transpose2d":
        least = max(on_axis(given.stride, axis), on_axis(given.dilation, axis))
        added = on_axis(given.output_padding, axis)
        if added >= least:
            raise Refused(f"{layer.name}.output_padding: below the stride or the dilation ({least}), got {added}")
    if passed.before is None or passed.after is None:
        return
    length, size = passed.before[axis + 1], passed.after[axis + 1]
    if size >= 1:
        return
    if layer.type == "conv_transpose2d":
        raise Refused(f"{layer.name}.padding: {padding} leaves nothing of the output on axis {axis}")
    try:
        check_fits(length, _extent(layer, axis), padding, axis)
    except Refused as refusal:
        raise Refused(f"{layer.name}.kernel_size: {refusal.message}") from None
    raise AssertionError("unreachable: a window that fits has a place")


def narrowest(layers: Network, shape: Shape | None) -> int:
    """The shortest length of any shape behind a layer, channels and features among them."""
    return min(int(length) for passed in walk(layers, shape) for length in passed.after or ())


def needed(steps: list[Step], answers: Iterable[Any]) -> list[Step]:
    """The steps that the answers rest on, or a formula that students write instead."""
    wanted = set(answers)
    kept = []
    for step in reversed(steps):
        if step.symbol in wanted:
            kept.append(step)
            for formula in (step.formula, *step.rivals.values()):
                wanted |= getattr(formula, "free_symbols", set())
    return kept[::-1]


def pooled(way: list[Passed], place: int) -> Shape | None:
    """The shape behind the pool that is the next layer to change what leaves a layer; None where there is none."""
    shape = way[place].after
    for passed in way[place + 1 :]:
        if passed.before != shape:
            return None
        if passed.after != shape:
            return passed.after if isinstance(passed.layer, Single) and passed.layer.type in POOLS else None
    return None
