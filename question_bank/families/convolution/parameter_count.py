"""Learned parameters of a convolutional layer: C_out (C_in / G * prod(K) + 1), without the 1 when
there are no biases.

Source: tutorial 10 (part 2.2) and the CS231n notes. The size of the input does not matter.
"""

from question_bank.answers import Integer
from question_bank.family import (
    Derivation,
    Family,
    Flag,
    Given,
    Level,
    Part,
    PerAxis,
    Refused,
    Schema,
    Step,
    Whole,
    symbol,
)
from question_bank.space import Among, Grid, Range, Record

GIVEN = Schema(
    in_channels=Whole("C_in"),
    out_channels=Whole("C_out"),
    kernel=PerAxis("K", size=True),
    axes=Whole(default=2, structural=True),
    groups=Whole("G", default=1),
    bias=Flag(default=True),
)


def axes(given: Given) -> int:
    """The number of spatial axes: a kernel list sets it."""
    return len(given.kernel) if isinstance(given.kernel, tuple) else given.axes


def check(given: Given) -> None:
    if given.axes > 3:
        raise Refused(f"axes: expected 1, 2 or 3, got {given.axes}")
    if "axes" in given.stated and axes(given) != given.axes:
        raise Refused(f"kernel is a list for {axes(given)} axes, axes is {given.axes}")
    for name in ("in_channels", "out_channels"):
        if getattr(given, name) % given.groups:
            raise Refused(f"groups: {given.groups} does not divide {name} ({getattr(given, name)})")


def derive(given: Given) -> Derivation:
    if isinstance(given.kernel, tuple):
        area = side = given.kernel[0]
        for length in given.kernel[1:]:
            area, side = area * length, side + length
    else:
        side = given.kernel
        area = side if given.axes == 1 else side**given.axes
    channels = given.in_channels if given.groups == 1 else given.in_channels / given.groups
    weights, count = symbol("N_filter"), symbol("N_total")
    of_filter = {"channels_forgotten": area}
    if area != side:
        of_filter["side_for_area"] = channels * side
    if given.groups != 1:
        of_filter["groups_ignored"] = given.in_channels * area
    filters = given.out_channels
    of_layer = {"one_filter": weights + 1 if given.bias else weights}
    if given.bias:
        of_layer |= {"bias_forgotten": filters * weights, "one_bias": filters * weights + 1}
    else:
        of_layer["bias_added"] = filters * (weights + 1)
    return Derivation(
        [
            Step(weights, channels * area, "weights", of_filter),
            Step(count, filters * (weights + 1) if given.bias else filters * weights, "count", of_layer),
        ],
        {"count": count},
    )


def measure(given: Given) -> dict[str, int]:
    """Make torch's layer and count the numbers in its parameters; no memory is taken for them."""
    import torch

    layer = (torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.Conv3d)[axes(given) - 1](
        given.in_channels,
        given.out_channels,
        given.kernel,
        groups=given.groups,
        bias=given.bias,
        device="meta",
    )
    return {"count": sum(parameter.numel() for parameter in layer.parameters())}


FAMILY = Family(
    id="convolution/parameter_count",
    version=2,
    given=GIVEN,
    levels={
        1: Level(
            Record(
                in_channels=Range(2, 32),
                out_channels=Range(3, 48),
                kernel=Among(3, 5, 7),
                bias=Among(True, False),
            )
        ),
        2: Level(
            Record(
                in_channels=Range(3, 64),
                out_channels=Range(5, 128),
                kernel=Grid(Range(2, 11), 2),
                bias=Among(True, False),
            )
        ),
        3: Level(
            Record(
                in_channels=Range(60, 384, step=12),
                out_channels=Range(96, 480, step=12),
                kernel=Range(2, 7),
                axes=Range(1, 3),
                groups=Among(2, 3, 4, 6, 12),
                bias=Among(True, False),
            )
        ),
    },
    parts=(Part("count", Integer()),),
    check=check,
    derive=derive,
    measure=measure,
    show=lambda given: {
        "dimension": ("one", "two", "three")[axes(given) - 1],
        "each": "no" if isinstance(given.kernel, tuple) or axes(given) == 1 else "yes",
    },
    wording=lambda given: "grouped" if "groups" in given.stated else "plain",
)
