"""Whether the windows of a convolution fit the padded input: is (L + 2P - K) / S + 1 an integer?

Three answers, for texts disagree about the convention: the value of the formula before any
rounding, whether it is an integer, and its floor, the size that torch gives. With dilation, D(K - 1) + 1
stands in place of K. A kernel that is larger than the padded input has no place at all and is refused.

Source: the CS231n notes, where a stride that does not fit is invalid (an input of 10, a kernel of 3
and a stride of 2 give 4.5); torch's documentation of Conv1d, where the rest is dropped.
"""

from fractions import Fraction
from typing import Any

from sympy import Eq, Mod, Piecewise, ceiling, false, floor, true

from question_bank.answers import Integer, Rational, YesNo
from question_bank.family import Derivation, Family, Given, Level, Part, Schema, Step, Whole, symbol
from question_bank.figures.sliding import Sliding
from question_bank.network import check_fits, padded
from question_bank.space import Among, Range, Record

GIVEN = Schema(
    input=Whole("L"),
    kernel=Whole("K"),
    stride=Whole("S"),
    padding=Whole("P", least=0),
    dilation=Whole("D", default=1),
)


def check(given: Given) -> None:
    name = "kernel" if given.dilation == 1 else "dilated kernel"
    check_fits(given.input, given.dilation * (given.kernel - 1) + 1, given.padding, name=name)


def derive(given: Given) -> Derivation:
    steps = []
    window = given.kernel
    if "dilation" in given.stated:
        window = symbol("K_eff")
        rivals = {
            "dilation_ignored": given.kernel,
            "dilation_times_kernel": given.dilation * given.kernel,
            "dilation_as_gaps": (given.dilation + 1) * (given.kernel - 1) + 1,
        }
        steps.append(Step(window, given.dilation * (given.kernel - 1) + 1, "window", rivals))
    room, stride = padded(given.input, given.padding), given.stride
    free = room - window
    raw, size, fits = symbol("n"), symbol("L_out"), symbol("V")
    of_raw = {
        "rounded_first": floor(free / stride) + 1,
        "no_plus_one": free / stride,
        "stride_ignored": free + 1,
        "padding_forgotten": (given.input - window) / stride + 1,
        "padding_once": (given.input + given.padding - window) / stride + 1,
    }
    of_fits = {"divides_the_input": _yes_if(Eq(Mod(room, stride), 0))}
    steps += [
        Step(raw, free / stride + 1, "raw", of_raw),
        Step(fits, _yes_if(Eq(raw, floor(raw))), "valid", of_fits),
        Step(size, floor(raw), "floor", {"ceiling": ceiling(raw), "not_floored": raw}),
    ]
    return Derivation(steps, {"valid": fits, "raw": raw, "floor": size})


def _yes_if(condition: Any) -> Any:
    return Piecewise((true, condition), (false, True))


def measure(given: Given) -> dict[str, Any]:
    """Lay the kernel on the padded input, place by place, and count what is left behind the last.

    The size is that of torch's output.
    """
    import torch

    cells = [0] * given.padding + [1] * given.input + [0] * given.padding
    taps = range(0, given.dilation * given.kernel, given.dilation)
    starts = [start for start in range(0, len(cells), given.stride) if start + taps[-1] in range(len(cells))]
    behind = cells[starts[-1] + taps[-1] :][1:]
    output = torch.nn.functional.conv1d(
        torch.zeros(1, 1, given.input, dtype=torch.float64),
        torch.zeros(1, 1, given.kernel, dtype=torch.float64),
        stride=given.stride,
        padding=given.padding,
        dilation=given.dilation,
    )
    raw = len(starts) + Fraction(len(behind), given.stride)
    return {"valid": not behind, "raw": raw, "floor": output.shape[2]}


def _telling(given: Given) -> bool:
    """Less padding than kernel, an output worth the name, and a verdict that turns where the padding is
    slipped over, or the stride is tried on the whole input: "no" alone is then a poor guess.
    """
    window = given.dilation * (given.kernel - 1) + 1
    room = given.input + 2 * given.padding
    slips = (room, room - window - given.padding, given.input - window)
    fits = (room - window) % given.stride == 0
    turns = any((slip % given.stride == 0) != fits for slip in slips)
    return turns and given.padding < given.kernel and given.input >= 2 * window


FAMILY = Family(
    id="convolution/fit",
    version=1,
    given=GIVEN,
    levels={
        1: Level(
            Record(input=Range(10, 64), kernel=Among(3, 5, 7), stride=Range(2, 3), padding=Range(0, 2)),
            _telling,
        ),
        2: Level(
            Record(input=Range(24, 160), kernel=Range(2, 11), stride=Range(2, 4), padding=Range(1, 4)),
            _telling,
        ),
        3: Level(
            Record(
                input=Range(32, 240),
                kernel=Range(2, 9),
                stride=Range(2, 5),
                padding=Range(1, 4),
                dilation=Range(2, 5),
            ),
            _telling,
        ),
    },
    parts=(Part("valid", YesNo()), Part("raw", Rational()), Part("floor", Integer())),
    check=check,
    derive=derive,
    measure=measure,
    figures=lambda given: (Sliding((given.input,), given.kernel, given.stride, given.padding, given.dilation),),
    wording=lambda given: "dilated" if "dilation" in given.stated else "dense",
    few_misconceptions="a question answered by yes or no has one wrong answer; the two numbers have more",
)
