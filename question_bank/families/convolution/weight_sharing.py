"""What weight sharing saves: C_out (C_in K^2 + 1) parameters against as many for every neuron.

A neuron is one value of the output. In a locally connected layer each has weights, and a bias, of
its own; in a convolutional layer all neurons of an output channel have the same.

Source: the CS231n notes, whose AlexNet example has 290,400 neurons: 105,705,600 parameters without
sharing, 34,944 with it.
"""

from typing import Any

from sympy import ceiling, floor

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
    Sizes,
    Step,
    Whole,
    on_axis,
    symbol,
)
from question_bank.figures.sliding import Sliding
from question_bank.network import check_fits, padded, places
from question_bank.space import Among, Grid, Range, Record, Row

GIVEN = Schema(
    input=Sizes(("C_in", "H", "W")),
    kernel=PerAxis("K", size=True),
    stride=PerAxis("S"),
    padding=PerAxis("P", least=0, default=0),
    filters=Whole("C_out"),
    bias=Flag(default=True),
)


def check(given: Given) -> None:
    for name in ("kernel", "stride", "padding"):
        value = getattr(given, name)
        if isinstance(value, tuple) and len(value) != 2:
            raise Refused(f"{name}: expected 2 axes, got a list of {len(value)}")
    for axis, length in enumerate(given.input[1:]):
        check_fits(length, on_axis(given.kernel, axis), on_axis(given.padding, axis), axis)


def derive(given: Given) -> Derivation:
    channels, *lengths = given.input
    sizes = (symbol("H_out"), symbol("W_out"))
    steps = [_size(given, axis, size, length) for axis, (size, length) in enumerate(zip(sizes, lengths, strict=True))]
    positions = sizes[0] * sizes[1]
    area = given.kernel[0] * given.kernel[1] if isinstance(given.kernel, tuple) else given.kernel**2
    filters = given.filters
    neurons, weights = symbol("N_neurons"), symbol("N_weights")
    unshared, shared = symbol("N_unshared"), symbol("N_shared")
    of_all = channels * lengths[0] * lengths[1]
    if given.bias:
        each = weights + 1
        of_neurons = {
            "bias_forgotten": neurons * weights,
            "bias_per_filter": neurons * weights + filters,
            "fully_connected": neurons * (of_all + 1),
        }
        of_filters = {
            "one_filter": each,
            "bias_forgotten": filters * weights,
            "one_bias": filters * weights + 1,
            "bias_per_neuron": filters * weights + neurons,
        }
    else:
        each = weights
        of_neurons = {"bias_added": neurons * (weights + 1), "fully_connected": neurons * of_all}
        of_filters = {"one_filter": each, "bias_added": filters * (weights + 1)}
    steps += [
        Step(
            neurons,
            filters * positions,
            "neurons",
            {"one_map": positions, "input_channels": channels * positions},
        ),
        Step(weights, channels * area, "weights", {"channels_forgotten": area}),
        Step(unshared, neurons * each, "unshared", of_neurons),
        Step(shared, filters * each, "shared", of_filters),
    ]
    return Derivation(steps, {"neurons": neurons, "unshared": unshared, "shared": shared})


def _size(given: Given, axis: int, size: Any, length: Any) -> Step:
    kernel, stride, padding = (on_axis(value, axis) for value in (given.kernel, given.stride, given.padding))
    free = padded(length, padding) - kernel
    rivals = {
        "no_plus_one": floor(free / stride),
        "ceiling": ceiling(free / stride) + 1,
        "stride_ignored": free + 1,
    }
    if padding != 0:
        rivals["padding_forgotten"] = floor((length - kernel) / stride) + 1
        rivals["padding_once"] = floor((length + padding - kernel) / stride) + 1
    return Step(size, places(length, kernel, stride, padding), "size", rivals)


def measure(given: Given) -> dict[str, int]:
    """Count the elements of torch's layer, its output, and the windows that it multiplies; no memory is taken.

    Without sharing each filter has a weight for every element of every window, and the output a bias
    for every element.
    """
    import torch

    signal = torch.empty(1, *given.input, device="meta")
    layer = torch.nn.Conv2d(
        given.input[0],
        given.filters,
        given.kernel,
        stride=given.stride,
        padding=given.padding,
        bias=given.bias,
        device="meta",
    )
    output = layer(signal)
    windows = torch.nn.functional.unfold(signal, given.kernel, stride=given.stride, padding=given.padding)
    own = [windows.expand(given.filters, -1, -1), *([output] if given.bias else [])]
    return {
        "neurons": output.numel(),
        "unshared": sum(numbers.numel() for numbers in own),
        "shared": sum(numbers.numel() for numbers in layer.parameters()),
    }


def _sensible(given: Given) -> bool:
    """Less padding than kernel, no input skipped, and an output worth the name."""
    return all(
        on_axis(given.padding, axis) < on_axis(given.kernel, axis)
        and on_axis(given.stride, axis) <= on_axis(given.kernel, axis)
        and length >= 2 * on_axis(given.kernel, axis)
        for axis, length in enumerate(given.input[1:])
    )


def _even(given: Given) -> bool:
    """Sensible, and the last place of the kernel ends where the input ends."""
    return _sensible(given) and all((length - given.kernel) % given.stride == 0 for length in given.input[1:])


FAMILY = Family(
    id="convolution/weight_sharing",
    version=1,
    given=GIVEN,
    levels={
        1: Level(
            Record(
                input=Row(Range(1, 4), Range(15, 64), Range(15, 64)),
                kernel=Among(3, 5, 7),
                stride=Range(1, 3),
                filters=Range(5, 48),
            ),
            _even,
        ),
        2: Level(
            Record(
                input=Row(Range(2, 16), Range(20, 120), Range(20, 120)),
                kernel=Range(2, 9),
                stride=Range(2, 4),
                padding=Range(1, 3),
                filters=Range(6, 64),
                bias=Among(True, False),
            ),
            _sensible,
        ),
        3: Level(
            Record(
                input=Row(Range(3, 64), Range(30, 160), Range(30, 160)),
                kernel=Grid(Range(3, 9), 2),
                stride=Grid(Range(2, 4), 2),
                padding=Grid(Range(0, 3), 2),
                filters=Range(8, 128),
                bias=Among(True, False),
            ),
            _sensible,
        ),
    },
    parts=(Part("neurons", Integer()), Part("unshared", Integer()), Part("shared", Integer())),
    check=check,
    derive=derive,
    measure=measure,
    figures=lambda given: (Sliding(given.input[1:], given.kernel, given.stride, given.padding),),
    show=lambda given: {"each": "no" if isinstance(given.kernel, tuple) else "yes"},
    wording=lambda given: "padded" if "padding" in given.stated else "plain",
)
