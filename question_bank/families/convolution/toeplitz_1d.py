"""The matrix of a 1-D convolution: M x = y, a Toeplitz matrix where the stride is 1.

Row a belongs to the output at a, column j to the input at j; the entry is the weight
w[(j - aS + P) / D], and 0 where the kernel has none or a hole of the dilation lies there. A true
convolution takes the flipped kernel.

Source: tutorial 10, exercise 10.2 b (part 2.5).
"""

from typing import Any

from sympy import Eq, Mod, Piecewise

from question_bank.answers import Matrix
from question_bank.family import (
    LARGEST_TABLE,
    ArrayField,
    Derivation,
    Entry,
    Family,
    Given,
    InputSize,
    Level,
    Part,
    PerAxis,
    Refused,
    Schema,
    Step,
    Table,
    Word,
    on_axis,
    symbol,
)
from question_bank.figures.band import Band
from question_bank.figures.sliding import Sliding
from question_bank.network import check_fits, places
from question_bank.space import Among, Grid, Range, Record

GIVEN = Schema(
    kernel=ArrayField("w", "K"),
    input=InputSize(axes=1),
    stride=PerAxis("S", default=1),
    padding=PerAxis("P", least=0, default=0),
    dilation=PerAxis("D", default=1),
    mode=Word("correlation", "convolution", default="correlation"),
)


def check(given: Given) -> None:
    (length,), (kernel,) = given.input, given.kernel.shape
    padding, dilation = on_axis(given.padding, 0), on_axis(given.dilation, 0)
    window = dilation * (kernel - 1) + 1
    check_fits(length, window, padding, name="kernel" if dilation == 1 else "dilated kernel")
    numbers = length * ((length + 2 * padding - window) // on_axis(given.stride, 0) + 1)
    if numbers > LARGEST_TABLE:
        raise Refused(f"the matrix would hold {numbers} numbers; over {LARGEST_TABLE} are not written down")


def derive(given: Given) -> Derivation:
    (length,), (kernel,) = given.input, given.kernel.shape
    stride, padding, dilation = (on_axis(value, 0) for value in (given.stride, given.padding, given.dilation))
    window, size, matrix = kernel, symbol("L_out"), symbol("M")
    steps = []
    if dilation != 1:
        window = symbol("K_eff")
        steps.append(Step(window, dilation * (kernel - 1) + 1, "window"))
    steps.append(Step(size, places(length, window, stride, padding), "size"))

    a, j = symbol("a"), symbol("j")

    def weight(mode: str, moved: Any, dilation: Any = dilation) -> Any:
        """The weight that lies `moved` places behind the first tap."""
        tap = moved if dilation == 1 else moved / dilation
        entry = Entry(given.kernel.entries, tap if mode == "correlation" else kernel - 1 - tap)
        return entry if dilation == 1 else Piecewise((entry, Eq(Mod(moved, dilation), 0)), (0, True))

    def table(entry: Any, rows: Any = size, columns: Any = length) -> Table:
        return Table(entry, ((a, rows),), ((j, columns),))

    inside = j - (a if stride == 1 else stride * a)  # from the first input that the row meets, padding aside
    moved = inside if padding == 0 else inside + padding
    other = "convolution" if given.mode == "correlation" else "correlation"
    right = weight(given.mode, moved)
    rivals = {
        "flipped": table(weight(other, moved)),
        "transposed": Table(right, ((j, length),), ((a, size),)),
    }
    if stride != 1:
        rivals["stride_ignored"] = table(weight(given.mode, j - a if padding == 0 else j - a + padding))
    if padding != 0:
        rivals["padding_kept"] = table(weight(given.mode, inside), columns=length + 2 * padding)
        rivals["padding_ignored"] = table(weight(given.mode, inside))
    if dilation != 1:
        rivals["dilation_ignored"] = table(weight(given.mode, moved, 1))
    wrapped = weight(given.mode, Mod(moved, length))
    rivals["wrapped_around"] = table(wrapped, length) if padding == 0 and stride == 1 else table(wrapped)
    steps.append(Step(matrix, table(right), _caption(given), rivals))
    return Derivation(steps, {"matrix": matrix})


def _caption(given: Given) -> str:
    return given.mode if on_axis(given.dilation, 0) == 1 else f"dilated_{given.mode}"


def measure(given: Given) -> dict[str, list[list[Any]]]:
    """Send an impulse from every place of the input through torch, and see which weight answers.

    In place of the weights torch gets their numbers, from 1 on, so that any weights come out exactly.
    """
    import torch

    entries = given.kernel.entries
    numbers = torch.arange(1, len(entries) + 1, dtype=torch.float64)[None, None]
    if given.mode == "convolution":
        numbers = numbers.flip(2)
    impulses = torch.eye(given.input[0], dtype=torch.float64)[:, None]
    responses = torch.nn.functional.conv1d(
        impulses, numbers, stride=given.stride, padding=given.padding, dilation=given.dilation
    )
    weights = [0, *entries]
    return {"matrix": [[weights[int(number)] for number in row] for row in responses[:, 0].T.tolist()]}


def _telling(given: Given) -> bool:
    """A kernel that shows when it is flipped, less padding than kernel, and a matrix to be written by hand."""
    kernel = given.kernel.entries
    window = given.dilation * (len(kernel) - 1) + 1
    rows = (given.input[0] + 2 * given.padding - window) // given.stride + 1
    return bool(kernel != kernel[::-1] and 2 < rows <= 7 and window <= given.input[0])


_WEIGHTS = Among(-6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9)
_MODES = Among("correlation", "convolution")

FAMILY = Family(
    id="convolution/toeplitz_1d",
    version=1,
    given=GIVEN,
    levels={
        1: Level(Record(kernel=Grid(_WEIGHTS, 3), input=Range(5, 8)), _telling),
        2: Level(
            Record(kernel=Grid(_WEIGHTS, 4), input=Range(6, 10), stride=Range(2, 3), padding=Range(1, 2), mode=_MODES),
            _telling,
        ),
        3: Level(
            Record(
                kernel=Grid(_WEIGHTS, 3),
                input=Range(6, 10),
                stride=Among(2),
                padding=Range(1, 3),
                dilation=Range(2, 3),
                mode=_MODES,
            ),
            _telling,
        ),
    },
    parts=(Part("matrix", Matrix()),),
    check=check,
    derive=derive,
    measure=measure,
    figures=lambda given: (
        Sliding(given.input, given.kernel.shape, given.stride, given.padding, given.dilation),
        Band(
            given.input,
            given.kernel.shape,
            given.stride,
            given.padding,
            given.dilation,
            flipped=given.mode == "convolution",
        ),
    ),
    wording=lambda given: (
        "dilated" if "dilation" in given.stated else "padded" if "padding" in given.stated else "plain"
    ),
)
