"""Output size of a convolution: floor((n + 2P - (D(K-1) + 1)) / S) + 1 on each axis.

Source: tutorial 10 (part 2.1), the CS231n notes, and torch's documentation of Conv2d. The notes
on the Danish and Hebrew pages leave out the floor and the dilation; both are misconceptions here.
"""

from typing import Any

from sympy import ceiling, floor

from question_bank.answers import Shape
from question_bank.family import (
    Derivation,
    Family,
    Given,
    InputSize,
    Level,
    Part,
    PerAxis,
    Schema,
    Step,
    on_axis,
    symbol,
)
from question_bank.figures.sliding import Sliding
from question_bank.network import check_fits, padded, places
from question_bank.space import Among, Grid, Range, Record

GIVEN = Schema(
    input=InputSize(),
    kernel=PerAxis("K", size=True),
    stride=PerAxis("S", default=1),
    padding=PerAxis("P", least=0, default=0),
    dilation=PerAxis("D", default=1),
)


def check(given: Given) -> None:
    for axis, length in enumerate(given.input):
        dilation = on_axis(given.dilation, axis)
        window = dilation * (on_axis(given.kernel, axis) - 1) + 1
        name = "kernel" if dilation == 1 else "dilated kernel"
        check_fits(length, window, on_axis(given.padding, axis), axis, name)


def derive(given: Given) -> Derivation:
    steps: list[Step] = []
    windows: dict[Any, Any] = {}
    sizes = []
    for axis, length in enumerate(given.input):
        kernel, dilation = on_axis(given.kernel, axis), on_axis(given.dilation, axis)
        if (kernel, dilation) not in windows:
            windows[kernel, dilation] = _window(kernel, dilation, steps)
        sizes.append(symbol(f"{length}_out"))
        window = windows[kernel, dilation]
        padding, stride = on_axis(given.padding, axis), on_axis(given.stride, axis)
        steps.append(_size(sizes[-1], length, window, padding, stride))
    return Derivation(steps, {"size": sizes})


def _window(kernel: Any, dilation: Any, steps: list[Step]) -> Any:
    """The extent of the dilated kernel, with a step of its own where there is dilation."""
    if dilation == 1:
        return kernel
    window = symbol(kernel.name.replace("K", "K_eff"))
    rivals = {
        "dilation_ignored": kernel,
        "dilation_times_kernel": dilation * kernel,
        "dilation_as_gaps": (dilation + 1) * (kernel - 1) + 1,
    }
    steps.append(Step(window, dilation * (kernel - 1) + 1, "window", rivals))
    return window


def _size(size: Any, length: Any, window: Any, padding: Any, stride: Any) -> Step:
    free = padded(length, padding) - window
    if stride == 1:
        rivals = {"no_plus_one": free}
    else:
        rivals = {
            "no_plus_one": floor(free / stride),
            "ceiling": ceiling(free / stride) + 1,
            "not_floored": free / stride + 1,
            "stride_ignored": free + 1,
        }
    if padding != 0:
        rivals["padding_forgotten"] = floor((length - window) / stride) + 1
        rivals["padding_once"] = floor((length + padding - window) / stride) + 1
    return Step(size, places(length, window, stride, padding), "size", rivals)


def measure(given: Given) -> dict[str, list[int]]:
    """Run torch's convolution on zeros and look at the shape."""
    import torch

    convolve = (torch.nn.functional.conv1d, torch.nn.functional.conv2d, torch.nn.functional.conv3d)[
        given.dimensions - 1
    ]
    kernel = given.kernel if isinstance(given.kernel, tuple) else (given.kernel,) * given.dimensions
    output = convolve(
        torch.zeros(1, 1, *given.input, dtype=torch.float64),
        torch.zeros(1, 1, *kernel, dtype=torch.float64),
        stride=given.stride,
        padding=given.padding,
        dilation=given.dilation,
    )
    return {"size": list(output.shape[2:])}


def _sensible(given: Given) -> bool:
    """Less padding than kernel, and an output worth the name."""
    return all(
        on_axis(given.padding, axis) < on_axis(given.kernel, axis)
        and length >= 2 * on_axis(given.dilation, axis) * on_axis(given.kernel, axis)
        for axis, length in enumerate(given.input)
    )


FAMILY = Family(
    id="convolution/output_size",
    version=2,
    given=GIVEN,
    levels={
        1: Level(
            Record(
                input=Grid(Range(14, 64), 2),
                kernel=Among(3, 5, 7),
                stride=Range(1, 2),
                padding=Range(1, 3),
            ),
            _sensible,
        ),
        2: Level(
            Record(
                input=Grid(Range(64, 200), 2),
                kernel=Range(2, 9),
                stride=Range(2, 5),
                padding=Range(0, 4),
            ),
            _sensible,
        ),
        3: Level(
            Record(
                input=Grid(Range(40, 160), 2),
                kernel=Grid(Range(2, 7), 2),
                stride=Grid(Range(2, 4), 2),
                padding=Grid(Range(0, 3), 2),
                dilation=Range(2, 4),
            ),
            _sensible,
        ),
    },
    parts=(Part("size", Shape()),),
    check=check,
    derive=derive,
    measure=measure,
    figures=lambda given: (Sliding(given.input, given.kernel, given.stride, given.padding, given.dilation),),
    wording=lambda given: "dilated" if "dilation" in given.stated else "dense",
)
