"""The matrix of a 2-D convolution: M vec(x) = vec(y), both row-major.

Row (a, b) belongs to the output at (a, b), column (i, j) to the input at (i, j); the entry is the
weight w[i - aS + P, j - bS + P], and 0 where the kernel has none. A true convolution takes the
flipped kernel.

Source: tutorial 10, exercise 10.2 b (part 2.5).
"""

from math import prod

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
from question_bank.space import Among, Either, Grid, Record

GIVEN = Schema(
    kernel=ArrayField("w", "K_H", "K_W"),
    input=InputSize(axes=2),
    stride=PerAxis("S", default=1),
    padding=PerAxis("P", least=0, default=0),
    mode=Word("correlation", "convolution", default="correlation"),
)


def check(given: Given) -> None:
    rows = 1
    for axis, (length, kernel) in enumerate(zip(given.input, given.kernel.shape, strict=True)):
        padding = on_axis(given.padding, axis)
        check_fits(length, kernel, padding, axis)
        rows *= (length + 2 * padding - kernel) // on_axis(given.stride, axis) + 1
    numbers = rows * prod(given.input)
    if numbers > LARGEST_TABLE:
        raise Refused(f"the matrix would hold {numbers} numbers; over {LARGEST_TABLE} are not written down")


def derive(given: Given) -> Derivation:
    sizes = (symbol("H_out"), symbol("W_out"))
    steps = []
    for axis, (size, length, kernel) in enumerate(zip(sizes, given.input, given.kernel.shape, strict=True)):
        padding, stride = on_axis(given.padding, axis), on_axis(given.stride, axis)
        steps.append(Step(size, places(length, kernel, stride, padding), "size"))

    a, b, i, j = map(symbol, "abij")
    outputs = ((a, sizes[0]), (b, sizes[1]))
    inputs = ((i, given.input[0]), (j, given.input[1]))

    def weight(mode: str, *, strided: bool = True) -> Entry:
        indices = []
        for axis, (place, index) in enumerate(((a, i), (b, j))):
            padding, stride = on_axis(given.padding, axis), on_axis(given.stride, axis)
            moved = index - (stride * place if strided and stride != 1 else place)
            moved = moved if padding == 0 else moved + padding
            indices.append(moved if mode == "correlation" else given.kernel.shape[axis] - 1 - moved)
        return Entry(given.kernel.entries, *indices)

    right = weight(given.mode)
    turned = weight("convolution" if given.mode == "correlation" else "correlation")
    rivals = {
        "flipped": Table(turned, outputs, inputs),
        "kernel_transposed": Table(Entry(right.args[0], right.args[2], right.args[1]), outputs, inputs),
        "column_major": Table(right, outputs[::-1], inputs[::-1]),
        "transposed": Table(right, inputs, outputs),
    }
    if "stride" in given.stated:
        rivals["stride_ignored"] = Table(weight(given.mode, strided=False), outputs, inputs)
    matrix = symbol("M")
    steps.append(Step(matrix, Table(right, outputs, inputs), given.mode, rivals))
    return Derivation(steps, {"matrix": matrix})


def measure(given: Given) -> dict[str, list[list[int]]]:
    """Send an impulse from every place of the input through torch's convolution."""
    import torch

    height, width = given.input
    kernel = torch.tensor(given.kernel.entries, dtype=torch.float64)[None, None]
    if given.mode == "convolution":
        kernel = kernel.flip(2, 3)
    impulses = torch.eye(height * width, dtype=torch.float64).reshape(-1, 1, height, width)
    responses = torch.nn.functional.conv2d(impulses, kernel, stride=given.stride, padding=given.padding)
    rows = responses.flatten(1).T
    return {"matrix": [[int(entry) for entry in row] for row in rows.tolist()]}


def _telling(given: Given) -> bool:
    """A kernel that shows when it is turned or transposed, and a matrix to be written by hand."""
    kernel = given.kernel.entries
    turned = [row[::-1] for row in kernel[::-1]]
    transposed = [list(column) for column in zip(*kernel, strict=True)]
    rows = prod(
        (length + 2 * given.padding - side) // given.stride + 1
        for length, side in zip(given.input, given.kernel.shape, strict=True)
    )
    return kernel not in (turned, transposed) and rows > 1 and rows * prod(given.input) <= 80


_WEIGHTS = Among(-6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9)
_MODES = Among("correlation", "convolution")

FAMILY = Family(
    id="convolution/toeplitz_2d",
    version=2,
    given=GIVEN,
    levels={
        1: Level(Record(kernel=Grid(_WEIGHTS, 2, 2), input=Among([3, 3])), _telling),
        2: Level(
            Either(
                Record(kernel=Grid(_WEIGHTS, 2, 2), input=Among([3, 4], [4, 3]), stride=Among(1), mode=_MODES),
                Record(kernel=Grid(_WEIGHTS, 2, 2), input=Among([4, 4]), stride=Among(2), mode=_MODES),
            ),
            _telling,
        ),
        3: Level(
            Record(
                kernel=Grid(_WEIGHTS, 3, 3),
                input=Among([4, 4]),
                stride=Among(2),
                padding=Among(1),
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
        Sliding(given.input, given.kernel.shape, given.stride, given.padding),
        Band(given.input, given.kernel.shape, given.stride, given.padding, flipped=given.mode == "convolution"),
    ),
    wording=lambda given: "padded" if "padding" in given.stated else "strided" if "stride" in given.stated else "plain",
)
