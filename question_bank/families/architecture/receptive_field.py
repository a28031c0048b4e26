"""Receptive field of a stack of layers: r = r + d (k - 1) j, j = j s, layer by layer.

The field is the region of the input that reaches one unit of the output, its extent along an
axis with the holes in it; j is the product of the strides so far. Padding does not matter. Of
branches side by side the largest counts; their strides must agree.

Source: tutorial 10 (part 2.5); the CS231n notes call the filter's own extent the field of a neuron.
"""

from math import prod
from typing import Any

from sympy import Max

from question_bank.answers import Integer
from question_bank.family import Derivation, Family, Given, Level, Part, Refused, Schema, Step, symbol
from question_bank.figures.cone import Cone
from question_bank.network import Layer, Window, Windows
from question_bank.space import Range, Record, Row

GIVEN = Schema(layers=Windows())


def stride(stack: tuple[Layer, ...]) -> int:
    """The product of the strides of a stack; Refused where branches disagree."""
    total = 1
    for layer in stack:
        if isinstance(layer, Window):
            total *= layer.s
            continue
        strides = [stride(branch) for branch in layer.stacks]
        if len(set(strides)) > 1:
            raise Refused(f"layer {layer.label}: the branches have different strides: {', '.join(map(str, strides))}")
        total *= strides[0]
    return total


def check(given: Given) -> None:
    stride(given.layers)


def derive(given: Given) -> Derivation:
    steps: list[Step] = []
    field, jump = _walk(given.layers, 1, 1, steps)
    return Derivation(steps, {"field": field, "stride": jump})


def _walk(stack: tuple[Layer, ...], field: Any, jump: Any, steps: list[Step]) -> tuple[Any, Any]:
    """Append the steps of a stack; give back the field and the stride behind it."""
    ones = 0  # layers since the last step of the stride; their stride is 1
    for layer in stack:
        if isinstance(layer, Window):
            field, jump = _window(layer, field, jump, ones, steps)
            ones = ones + 1 if layer.s == 1 else 0
            continue
        ends = [_walk(branch, field, jump, steps) for branch in layer.stacks]
        field = symbol(f"r_{layer.label}")
        steps.append(Step(field, Max(*(end for end, _ in ends)), "join", about={"layer": layer.label}))
        jump = ends[0][1]
    return field, jump


def _window(layer: Window, field: Any, jump: Any, ones: int, steps: list[Step]) -> tuple[Any, Any]:
    about = {"layer": layer.label}
    reach = layer.k - 1 if layer.d == 1 else layer.d * (layer.k - 1)
    grown = symbol(f"r_{layer.label}")
    rivals = {"minus_one_forgotten": field + (layer.k if layer.d == 1 else layer.d * layer.k) * jump}
    if layer.d != 1:
        rivals["dilation_ignored"] = field + (layer.k - 1) * jump
        rivals["dilation_times_kernel"] = field + (layer.d * layer.k - 1) * jump
    if jump != 1:
        rivals["stride_ignored"] = field + reach
    if layer.s != 1:
        rivals["own_stride"] = field + reach * jump * layer.s
    steps.append(Step(grown, field + reach if jump == 1 else field + reach * jump, "layer_field", rivals, about))
    if layer.s == 1:
        return grown, jump
    further = symbol(f"j_{layer.label}")
    if jump == 1:
        wrong = {"strides_added": ones + layer.s} if ones else {}
        steps.append(Step(further, layer.s, "layer_stride", wrong, about))
    else:
        wrong = {"strides_added": jump + ones + layer.s, "last_stride": layer.s}
        steps.append(Step(further, jump * layer.s, "layer_stride", wrong, about))
    return grown, further


def measure(given: Given) -> dict[str, int]:
    """The footprint of the gradient: which inputs reach a unit, and how far the next unit's lie."""
    footprints = [_footprint(path) for path in _paths(given.layers)]
    return {"field": max(extent for extent, _ in footprints), "stride": footprints[0][1]}


def _paths(stack: tuple[Layer, ...]) -> list[list[Window]]:
    """Every way through the branches, as plain chains."""
    paths: list[list[Window]] = [[]]
    for layer in stack:
        ways = [[layer]] if isinstance(layer, Window) else [path for branch in layer.stacks for path in _paths(branch)]
        paths = [path + way for path in paths for way in ways]
    return paths


def _footprint(path: list[Window]) -> tuple[int, int]:
    """Extent of the inputs that reach the first unit, and the shift to those of the second."""
    import torch

    length = 2
    for layer in reversed(path):
        length = (length - 1) * layer.s + layer.d * (layer.k - 1) + 1
    signal = torch.zeros(1, 1, length, dtype=torch.float64, requires_grad=True)
    output = signal
    for layer in path:
        kernel = torch.ones(1, 1, layer.k, dtype=torch.float64)
        output = torch.nn.functional.conv1d(output, kernel, stride=layer.s, dilation=layer.d)
    reached = []
    for unit in range(2):
        (gradient,) = torch.autograd.grad(output[0, 0, unit], signal, retain_graph=True)
        reached.append(gradient[0, 0].nonzero().flatten())
    return int(reached[0][-1] - reached[0][0]) + 1, int(reached[1][0] - reached[0][0])


def _strided_twice(given: Given) -> bool:
    """At least two strides to multiply, no window that skips inputs, and a size for a page."""
    strides = [layer.s for layer in given.layers if layer.s > 1]
    return len(strides) >= 2 and prod(strides) <= 36 and all(layer.s <= layer.k for layer in given.layers)


def _is_chain(given: Given) -> bool:
    """Branches are solved but not asked about: the table of the statement has no rows for them."""
    return all(isinstance(layer, Window) for layer in given.layers)


FAMILY = Family(
    id="architecture/receptive_field",
    version=1,
    given=GIVEN,
    levels={
        1: Level(
            Record(
                layers=Row(
                    Record(k=Range(2, 13)),
                    Record(k=Range(2, 4), s=Range(2, 3)),
                    Record(k=Range(2, 11)),
                    Record(k=Range(2, 4), s=Range(2, 3)),
                )
            ),
            _strided_twice,
        ),
        2: Level(
            Record(
                layers=Row(
                    Record(k=Range(3, 11), s=Range(2, 4)),
                    Record(k=Range(2, 3), s=Range(1, 3)),
                    Record(k=Range(1, 7), s=Range(1, 2)),
                    Record(k=Range(2, 3), s=Range(1, 3)),
                    Record(k=Range(1, 5), s=Range(1, 2)),
                )
            ),
            _strided_twice,
        ),
        3: Level(
            Record(
                layers=Row(
                    Record(k=Range(3, 7), s=Range(1, 3), d=Range(1, 2)),
                    Record(k=Range(2, 4), s=Range(2, 3), d=Range(1, 2)),
                    Record(k=Range(2, 5), s=Range(1, 2), d=Range(2, 4)),
                    Record(k=Range(2, 3), s=Range(1, 3), d=Range(1, 2)),
                    Record(k=Range(2, 5), s=Range(1, 2), d=Range(1, 4)),
                )
            ),
            _strided_twice,
        ),
    },
    parts=(Part("field", Integer(), _is_chain), Part("stride", Integer(), _is_chain)),
    check=check,
    derive=derive,
    measure=measure,
    figures=lambda given: (Cone(given.layers),),
    show=lambda given: {"rows": "\n".join(_row(layer) for layer in given.layers)},
    wording=lambda given: "dilated" if any(layer.stated[1] for layer in given.layers) else "dense",
)


def _row(layer: Window) -> str:
    """A layer's row in the statement's table."""
    numbers = (layer.k, layer.s, layer.d) if layer.stated[1] else (layer.k, layer.s)
    return f"| {layer.label} | {' | '.join(f'${number}$' for number in numbers)} |"
