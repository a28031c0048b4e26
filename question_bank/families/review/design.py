"""How many equal convolutions reach a receptive field within a budget: ceil((R - 1) / (K - 1)) or more,
and floor(B / N) or fewer, with N = C (C K^2 + 1) parameters in each.

The layers have stride 1 and C channels before and behind them. Any number between the two is right.
Kernels of 1 never let the field grow: with them no number of layers reaches more than one place.

Source: the CS231n notes on stacks of small filters, and their parameter counts.
"""

from collections.abc import Iterator
from itertools import count
from typing import Any

from sympy import Eq, Piecewise, ceiling, false, floor, nan, true

from question_bank.answers import Between, Integer, YesNo
from question_bank.family import Derivation, Family, Flag, Given, Level, Part, Schema, Sizes, Step, Whole, symbol
from question_bank.space import Among, Either, Range, Record, Row


class Kernel(Whole):
    """A kernel size. A kernel of 1 has formulas of its own, so it stays a number in the twin."""

    def leaves(self, value: Any) -> Iterator[Any]:
        if value != 1:
            yield value

    def twin(self, value: Any) -> Any:
        return value if value == 1 else super().twin(value)

    def symbols(self, twin: Any) -> Iterator[Any]:
        return self.leaves(twin)

    def skeleton(self, value: Any) -> Any:
        return 1 if value == 1 else int


GIVEN = Schema(
    input=Sizes(("C", "H", "W")),
    field=Whole("R"),
    budget=Whole("B", least=0),
    kernel=Kernel("K", default=3),
    bias=Flag(default=True),
)


def derive(given: Given) -> Derivation:
    fewest, each, most, some = symbol("L_min"), symbol("N_layer"), symbol("L_max"), symbol("V")
    # kernels of 1 reach a field of 1 without any layer, and no other
    condition = Eq(given.field, 1) if given.kernel == 1 else fewest <= most
    return Derivation(
        [
            *_growth(given, fewest),
            _layer(given, each),
            Step(most, floor(given.budget / each), "most", {"budget_exceeded": ceiling(given.budget / each)}),
            Step(some, Piecewise((true, condition), (false, True)), "feasible"),
        ],
        {"layers": [fewest, most], "min_layers": fewest, "max_layers": most, "feasible": some},
    )


def _growth(given: Given, fewest: Any) -> list[Step]:
    """The steps to the fewest layers that reach the field."""
    if given.kernel == 1:
        return [Step(fewest, Piecewise((0, Eq(given.field, 1)), (nan, True)), "never_grows")]
    growth = symbol("G")
    wrong = {
        "grows_by_kernel": ceiling(given.field / given.kernel),
        "both_sides": ceiling((given.field - 1) / (2 * growth)),
        "rounded_down": floor((given.field - 1) / growth),
        "first_layer_left_out": ceiling((given.field - given.kernel) / growth),
    }
    return [
        Step(growth, given.kernel - 1, "growth"),
        Step(fewest, ceiling((given.field - 1) / growth), "fewest", wrong),
    ]


def _layer(given: Given, each: Any) -> Step:
    """The step to the parameters of one layer."""
    channels, height, width = given.input
    area = 1 if given.kernel == 1 else given.kernel**2
    weights = channels**2 if given.kernel == 1 else channels**2 * area
    with_biases = channels * (channels + 1) if given.kernel == 1 else channels * (channels * area + 1)
    wrong = {"bias_forgotten": weights} if given.bias else {"bias_added": with_biases}
    wrong |= {
        "channels_forgotten": channels * (area + 1) if given.bias else channels * area,
        "side_for_area": channels * (channels * given.kernel + 1) if given.bias else channels**2 * given.kernel,
        "places_counted": weights * height * width,
    }
    return Step(each, with_biases if given.bias else weights, "layer", wrong)


def measure(given: Given) -> dict[str, Any]:
    """Build the stack, one torch layer after another, and look at each: its parameters, and how far its field reaches.

    It ends where the budget is exceeded and the field is reached, or grows no more.
    """
    reached, affordable, both = [], [], []
    before = 0
    for layers, (field, parameters) in zip(count(), _stacks(given), strict=False):
        reaches, keeps = field >= given.field, parameters <= given.budget
        reached += [layers] if reaches else []
        affordable += [layers] if keeps else []
        both += [layers] if reaches and keeps else []
        if not keeps and (reaches or field == before):
            break
        before = field
    fewest = reached[0] if reached else None
    return {"layers": both, "min_layers": fewest, "max_layers": affordable[-1], "feasible": bool(both)}


def _stacks(given: Given) -> Iterator[tuple[int, int]]:
    """The field and the parameters of a stack of no layer, of one, of two, ..."""
    import torch

    stack = torch.nn.Sequential()
    footprint = torch.ones(1, 1, 1, dtype=torch.float64)  # of one unit, in what enters the stack
    kernel = torch.ones(1, 1, given.kernel, dtype=torch.float64)
    while True:
        yield footprint.numel(), sum(numbers.numel() for numbers in stack.parameters())
        stack.append(torch.nn.Conv2d(given.input[0], given.input[0], given.kernel, bias=given.bias, device="meta"))
        # one more layer in front: which of its inputs have a gradient at those that the others look at
        signal = torch.zeros(1, 1, footprint.numel() + 2 * given.kernel, dtype=torch.float64, requires_grad=True)
        output = torch.nn.functional.conv1d(signal, kernel)
        seen = torch.zeros_like(output)
        seen[..., : footprint.numel()] = footprint
        (gradient,) = torch.autograd.grad(output, signal, seen)
        footprint = torch.ones(1, 1, int(gradient[0, 0].count_nonzero()), dtype=torch.float64)


def _margin(given: Given) -> int:
    """By how many the layers that the budget allows exceed those that the field asks for."""
    channels, kernel = given.input[0], given.kernel
    parameters = channels * (channels * kernel**2 + given.bias)
    fewest = -((1 - given.field) // (kernel - 1))
    return int(given.budget // parameters - fewest)


def _fits_the_input(given: Given) -> bool:
    return bool(given.field <= min(given.input[1:]))


def _possible(given: Given) -> bool:
    """One number of layers has both properties, or two or three have."""
    return _fits_the_input(given) and 0 <= _margin(given) <= 2


def _close(given: Given) -> bool:
    """As many numbers have, or the fewest layers for the field are one too many for the budget."""
    return _fits_the_input(given) and -1 <= _margin(given) <= 2


def _space(kernel: int, channels: Range, side: Range, field: Range, budget: Range) -> Record:
    return Record(
        input=Row(channels, side, side), field=field, budget=budget, kernel=Among(kernel), bias=Among(True, False)
    )


FAMILY = Family(
    id="review/design",
    version=1,
    given=GIVEN,
    levels={
        1: Level(_space(3, Range(3, 8), Range(32, 64, step=8), Range(7, 19), Range(600, 3000, step=50)), _possible),
        2: Level(
            Either(
                _space(3, Range(16, 32), Range(32, 128, step=16), Range(12, 31), Range(20000, 100000, step=1000)),
                _space(5, Range(12, 24), Range(32, 128, step=16), Range(16, 31), Range(20000, 80000, step=1000)),
            ),
            _close,
        ),
        3: Level(
            Either(
                _space(4, Range(24, 48), Range(64, 224, step=16), Range(20, 48), Range(100000, 400000, step=5000)),
                _space(5, Range(32, 64), Range(64, 224, step=16), Range(24, 63), Range(200000, 990000, step=10000)),
                _space(7, Range(24, 48), Range(80, 224, step=16), Range(32, 79), Range(200000, 990000, step=10000)),
            ),
            _close,
        ),
    },
    # a question asks for a design, and any that does is right; solving tells what all designs have in common
    parts=(
        Part("layers", Between("L"), listed=False),
        Part("min_layers", Integer(), asked=None),
        Part("max_layers", Integer(), asked=None),
        Part("feasible", YesNo(), asked=None),
    ),
    derive=derive,
    measure=measure,
)
