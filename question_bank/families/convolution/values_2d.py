"""The output of a 2-D convolutional layer: y[o,i,j] = sum over c, u, v of w[o,c,u,v] x[c, iS + u - P, jS + v - P].

What lies outside x is 0. A bias is added once for each output channel. A true convolution takes the
flipped kernel.

Source: the CS231n notes (the demo of a 5 x 5 x 3 input) and the Danish page on filters as dot products.
"""

from collections.abc import Hashable, Iterator
from math import prod
from typing import Any

from sympy import Sum, floor

from question_bank.answers import Tensor as Values
from question_bank.family import (
    LARGEST_TABLE,
    ArrayField,
    Derivation,
    Entry,
    Family,
    Given,
    Level,
    Part,
    PerAxis,
    Refused,
    Schema,
    Step,
    Table,
    Tensor,
    Whole,
    Word,
    on_axis,
    symbol,
)
from question_bank.figures.sliding import Sliding
from question_bank.network import check_fits, places
from question_bank.space import Among, Either, Grid, Range, Record

MOST_PRODUCTS = 30 * LARGEST_TABLE


class Channels(ArrayField):
    """An array whose outermost length stays a number in the twin: the solution takes two channels one by one."""

    def leaves(self, value: Any) -> Iterator[Any]:
        yield value.entries
        yield from value.shape[1:]

    def twin(self, value: Any) -> Any:
        twin = super().twin(value)
        return Tensor(twin.entries, (len(value.entries), *twin.shape[1:]))

    def skeleton(self, value: Any) -> Hashable:
        return len(value.entries)


GIVEN = Schema(
    x=Channels("x", "C_in", "H", "W"),
    w=ArrayField("w", "C_out", "C_w", "K_H", "K_W"),
    bias=ArrayField("b", "C_b", default=None),
    stride=PerAxis("S", default=1),
    padding=PerAxis("P", least=0, default=0),
    dilation=PerAxis("D", default=1),
    groups=Whole("G", default=1),
    mode=Word("correlation", "convolution", default="correlation"),
)


def check(given: Given) -> None:
    channels, *lengths = given.x.shape
    filters, depth, *kernels = given.w.shape
    if depth * given.groups != channels:
        raise Refused(f"w takes {depth * given.groups} channels, x has {channels}")
    if filters % given.groups:
        raise Refused(f"groups: {given.groups} does not divide the {filters} filters of w")
    if given.bias is not None and given.bias.shape[0] != filters:
        raise Refused(f"bias: expected {filters} numbers, one for each filter, got {given.bias.shape[0]}")
    numbers = filters
    for axis, (length, kernel) in enumerate(zip(lengths, kernels, strict=True)):
        stride, padding, dilation = (_on_axis(given, name, axis) for name in ("stride", "padding", "dilation"))
        window = dilation * (kernel - 1) + 1
        check_fits(length, window, padding, axis, "kernel" if dilation == 1 else "dilated kernel")
        numbers *= (length + 2 * padding - window) // stride + 1
    if numbers > LARGEST_TABLE:
        raise Refused(f"the output would hold {numbers} numbers; over {LARGEST_TABLE} are not written down")
    products = numbers * depth * prod(kernels)
    if products > MOST_PRODUCTS:
        raise Refused(f"the output takes {products} products; over {MOST_PRODUCTS} are not worked out")


def _on_axis(given: Given, name: str, axis: int) -> Any:
    value = getattr(given, name)
    if isinstance(value, tuple) and len(value) != 2:
        raise Refused(f"{name}: expected 2 axes, got a list of {len(value)}")
    return on_axis(value, axis)


def derive(given: Given) -> Derivation:
    sizes = (symbol("H_out"), symbol("W_out"))
    steps = [_size(given, axis, size) for axis, size in enumerate(sizes)]
    o, c, i, j = map(symbol, "ocij")
    bias = None if given.bias is None else Entry(given.bias.entries, o)

    def table(entry: Any, share: Any = None) -> Table:
        plane = (((i, sizes[0]),), ((j, sizes[1]),))
        return Table(entry if share is None else entry + share, ((o, given.w.shape[0]),), *plane)

    wrong = _mistakes(given)
    of_output = {}
    if given.x.shape[0] == 2 and given.groups == 1:
        shares = [symbol("f"), symbol("g")]
        for channel, share in enumerate(shares):
            rivals = {name: table(_products(given, channel, channel, **how)) for name, how in wrong.items()}
            if channel:
                rivals["one_kernel"] = table(_products(given, channel, 0))
            right = table(_products(given, channel, channel))
            steps.append(Step(share, right, f"share_{given.mode}", rivals, {"channel": channel}))
        first, second = (Entry(share, o, i, j) for share in shares)
        total, text = first + second, "sum" if bias is None else "sum_with_bias"
        of_output["one_channel"] = table(first, bias)
        if bias is not None:
            of_output["bias_per_channel"] = table(total, 2 * bias)
    else:
        if given.x.shape[0] == 1:
            where: tuple[Any, ...] = (0, 0)
        else:
            own = c if given.groups == 1 else given.w.shape[1] * floor(given.groups * o / given.w.shape[0]) + c
            where = (own, c, (c, 0, given.w.shape[1] - 1))
        total, text = _products(given, *where), given.mode
        of_output |= {name: table(_products(given, *where, **how), bias) for name, how in wrong.items()}
    if bias is not None:
        of_output["bias_forgotten"] = table(total)
    output = symbol("y")
    steps.append(Step(output, table(total, bias), text, of_output))
    return Derivation(steps, {"y": output})


def _size(given: Given, axis: int, size: Any) -> Step:
    length, kernel = given.x.shape[1 + axis], given.w.shape[2 + axis]
    stride, padding, dilation = (on_axis(value, axis) for value in (given.stride, given.padding, given.dilation))
    window = kernel if dilation == 1 else dilation * (kernel - 1) + 1
    rivals = {}
    if stride == 1:
        rivals["like_pooling"] = places(length, window, kernel, padding)
    else:
        rivals["stride_ignored"] = places(length, window, 1, padding)
    if padding != 0:
        rivals["padding_forgotten"] = places(length, window, stride)
        rivals["padding_once"] = floor((length + padding - window) / stride) + 1
    return Step(size, places(length, window, stride, padding), "size", rivals)


def _mistakes(given: Given) -> dict[str, dict[str, Any]]:
    """What students sum instead, as `_products` takes it, by the name of the misconception."""
    mistakes: dict[str, dict[str, Any]] = {"flipped": {"flip": True}, "kernel_transposed": {"transpose": True}}
    if given.stride == 1:
        mistakes["like_pooling"] = {"stride": given.w.shape[2:]}
    else:
        mistakes["stride_ignored"] = {"stride": 1}
    if given.padding != 0:
        mistakes["padding_forgotten"] = {"padding": 0}
    return mistakes


def _products(given: Given, channel: Any, kernel: Any, *channels: Any, **how: Any) -> Any:
    """The sum of the products of a window of the input and a kernel, at the output (o, i, j).

    Args:
        given: the twin.
        channel: of the input.
        kernel: the channel of the filter.
        channels: the range of c, where the sum runs over channels too.
        how: what is done otherwise than stated: `flip`, `transpose`, `stride`, `padding`.
    """
    o, i, j, u, v = map(symbol, "oijuv")
    window = []
    for axis, (place, tap) in enumerate(((i, u), (j, v))):
        stride = on_axis(how.get("stride", given.stride), axis)
        padding = on_axis(how.get("padding", given.padding), axis)
        dilation = on_axis(given.dilation, axis)
        index = (place if stride == 1 else stride * place) + (tap if dilation == 1 else dilation * tap)
        window.append(index if padding == 0 else index - padding)
    height, width = given.w.shape[2:]
    taps = [u, v]
    if (given.mode == "convolution") != how.get("flip", False):
        taps = [height - 1 - u, width - 1 - v]
    if how.get("transpose"):
        taps.reverse()
    product = Entry(given.w.entries, o, kernel, *taps) * Entry(given.x.entries, channel, *window)
    return Sum(product, *channels, (u, 0, height - 1), (v, 0, width - 1))


def measure(given: Given) -> dict[str, Any]:
    """Run torch's convolution; for a true one on the kernel turned by half a circle."""
    import torch

    kernel = torch.tensor(given.w.entries, dtype=torch.float64)
    output = torch.nn.functional.conv2d(
        torch.tensor(given.x.entries, dtype=torch.float64)[None],
        kernel.flip(2, 3) if given.mode == "convolution" else kernel,
        None if given.bias is None else torch.tensor(given.bias.entries, dtype=torch.float64),
        stride=given.stride,
        padding=given.padding,
        dilation=given.dilation,
        groups=given.groups,
    )
    return {"y": [[[_number(entry) for entry in row] for row in plane] for plane in output[0].tolist()]}


def _number(value: float) -> float:
    return int(value) if value.is_integer() else value


def _telling(given: Given) -> bool:
    """Kernels that show when they are turned or transposed, and no filter that has one kernel twice."""
    [kernels] = given.w.entries
    for kernel in kernels:
        turned = [row[::-1] for row in kernel[::-1]]
        transposed = [list(column) for column in zip(*kernel, strict=True)]
        if kernel in (turned, transposed):
            return False
    return all(kernel not in kernels[:place] for place, kernel in enumerate(kernels))


_PIXELS = Range(0, 6)
_WEIGHTS = Among(-3, -2, -1, 1, 2, 3)
_MODES = Among("correlation", "convolution")

FAMILY = Family(
    id="convolution/values_2d",
    version=1,
    given=GIVEN,
    levels={
        1: Level(
            Record(
                x=Either(Grid(_PIXELS, 1, 3, 3), Grid(_PIXELS, 1, 3, 4), Grid(_PIXELS, 1, 4, 3)),
                w=Grid(_WEIGHTS, 1, 1, 2, 2),
            ),
            _telling,
        ),
        2: Level(
            Record(
                x=Grid(_PIXELS, 2, 3, 3),
                w=Grid(_WEIGHTS, 1, 2, 2, 2),
                bias=Grid(Among(-5, -4, -3, -2, 2, 3, 4, 5), 1),
                mode=_MODES,
            ),
            _telling,
        ),
        3: Level(
            Record(
                x=Either(Grid(_PIXELS, 2, 3, 3), Grid(_PIXELS, 2, 3, 4), Grid(_PIXELS, 2, 4, 3)),
                w=Grid(_WEIGHTS, 1, 2, 3, 3),
                bias=Grid(Among(-5, -4, -3, -2, 2, 3, 4, 5), 1),
                stride=Among(2),
                padding=Among(1),
                mode=_MODES,
            ),
            _telling,
        ),
    },
    parts=(Part("y", Values()),),
    check=check,
    derive=derive,
    measure=measure,
    figures=lambda given: (Sliding(given.x.shape[1:], given.w.shape[2:], given.stride, given.padding, given.dilation),),
    show=lambda given: {
        **{f"x_{channel}": plane for channel, plane in enumerate(given.x.entries)},
        **{f"w_{channel}": kernel for channel, kernel in enumerate(given.w.entries[0])},
        **({} if given.bias is None else {"b": given.bias.entries[0]}),
    },
    wording=lambda given: "padded" if "padding" in given.stated else "channels" if "bias" in given.stated else "plain",
)
