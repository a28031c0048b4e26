"""Padding that keeps the size at stride 1: 2P = D(K - 1), so P = D(K - 1) / 2.

Where D(K - 1) is odd, that is where the extent D(K - 1) + 1 of the dilated kernel is even, no padding
that is the same at both ends keeps the size, and the answer is null.

Source: the Danish notes, whose (K + 1)/2 enlarges the output; the CS231n notes, (K - 1)/2 for odd kernels.
"""

from sympy import Eq, Mod, Piecewise, ceiling, floor, nan

from question_bank.answers import Integer
from question_bank.family import Derivation, Family, Given, Level, Part, Schema, Step, Whole, symbol
from question_bank.space import Range, Record

GIVEN = Schema(kernel=Whole("K"), dilation=Whole("D", default=1))


def derive(given: Given) -> Derivation:
    kernel, dilation = given.kernel, given.dilation
    dilated = "dilation" in given.stated
    lost, padding = symbol("R"), symbol("P")
    of_lost = {"one_too_many": dilation * (kernel - 1) + 2 if dilated else kernel + 1}
    if dilated:
        of_lost |= {
            "dilation_ignored": kernel - 1,
            "dilation_times_kernel": dilation * kernel - 1,
            "dilation_as_gaps": (dilation + 1) * (kernel - 1),
        }
    else:
        of_lost["whole_kernel"] = kernel
    half = lost / 2
    of_padding = {"whole_at_each_end": lost, "rounded_down": floor(half), "rounded_up": ceiling(half)}
    return Derivation(
        [
            Step(lost, dilation * (kernel - 1) if dilated else kernel - 1, "lost", of_lost),
            Step(padding, Piecewise((half, Eq(Mod(lost, 2), 0)), (nan, True)), "padding", of_padding),
        ],
        {"padding": padding},
    )


def measure(given: Given) -> dict[str, int | None]:
    """Try one padding after the other in torch, until the output is as long as the input, or longer."""
    import torch

    taps = given.dilation * given.kernel
    padding = 0
    while True:
        signal = torch.zeros(1, 1, taps, dtype=torch.float64)
        kernel = torch.zeros(1, 1, given.kernel, dtype=torch.float64)
        output = torch.nn.functional.conv1d(signal, kernel, padding=padding, dilation=given.dilation)
        if output.shape[2] >= taps:
            return {"padding": padding if output.shape[2] == taps else None}
        padding += 1


FAMILY = Family(
    id="convolution/same_padding",
    version=1,
    given=GIVEN,
    levels={
        1: Level(Record(kernel=Range(2, 131))),
        2: Level(Record(kernel=Range(2, 51), dilation=Range(2, 4))),
        3: Level(Record(kernel=Range(4, 64, step=2), dilation=Range(5, 16))),
    },
    parts=(Part("padding", Integer()),),
    derive=derive,
    measure=measure,
    wording=lambda given: "dilated" if "dilation" in given.stated else "dense",
)
