"""Size and contents of the matrix of a convolution: M vec(x) = vec(y), one row for each output.

Without padding every row holds each weight once. With padding the weights that fall on it are no
entries. Along one axis they are counted place by place: only places that meet the input count; the
first of them has f weights on the padding, each further one S fewer, and so from the other end. The
counts of the axes are multiplied, for a weight falls on the input if it does so along every axis.

Source: tutorial 10, exercise 10.2 b (part 2.5): 25 x 49 with 225 entries of 9 weights for a 7 x 7 input.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sympy import Integer, Max, Min, ceiling, floor

from question_bank.answers import Integer as Count
from question_bank.answers import Shape
from question_bank.family import (
    Derivation,
    Family,
    Given,
    InputSize,
    Level,
    Part,
    PerAxis,
    Refused,
    Schema,
    Step,
    on_axis,
    symbol,
)
from question_bank.figures.band import Band
from question_bank.figures.sliding import Sliding
from question_bank.network import check_fits, padded, places
from question_bank.space import Among, Either, Grid, Range, Record

GIVEN = Schema(
    kernel_shape=PerAxis("K", size=True),
    input=InputSize(),
    stride=PerAxis("S", default=1),
    padding=PerAxis("P", least=0, default=0),
)


def check(given: Given) -> None:
    if not isinstance(given.kernel_shape, tuple):
        raise Refused(f"kernel_shape: expected a list with a size for each axis, got {given.kernel_shape}")
    for axis, (length, kernel) in enumerate(zip(given.input, given.kernel_shape, strict=True)):
        check_fits(length, kernel, on_axis(given.padding, axis), axis)


def derive(given: Given) -> Derivation:
    kernels, lengths = given.kernel_shape, given.input
    paddings = [on_axis(given.padding, axis) for axis in range(len(lengths))]
    strides = [on_axis(given.stride, axis) for axis in range(len(lengths))]
    sizes = [symbol(f"{length}_out") for length in lengths]
    rows, columns = symbol("N_out"), symbol("N_in")
    of_columns = {"transposed": _product(sizes)}
    if given.padding != 0:
        of_columns["padding_columns"] = _product(map(padded, lengths, paddings))
    steps = [
        *map(_size, sizes, lengths, kernels, strides, paddings),
        Step(rows, _product(sizes), "rows", {"transposed": _product(lengths), "square": _product(lengths)}),
        Step(columns, _product(lengths), "columns", of_columns),
    ]
    nonzero, distinct = symbol("N_nonzero"), symbol("N_distinct")
    weights = _product(kernels)
    of_nonzero = {"transposed": _product([*sizes, *kernels]), "dense": rows * columns}
    of_distinct = {"sharing_ignored": nonzero}
    if given.padding == 0:
        if len(kernels) > 1:
            of_nonzero["side_for_area"] = rows * _total(kernels)
            of_distinct["side_for_area"] = _total(kernels)
        steps += [
            Step(nonzero, _product([rows, *kernels]), "nonzero", of_nonzero),
            Step(distinct, weights, "distinct", of_distinct | {"zero_counted": weights + 1}),
        ]
    else:
        entries = [symbol(f"N_{length}") for length in lengths]
        kinds = [symbol(f"D_{length}") for length in lengths]
        axes = list(zip(sizes, lengths, kernels, strides, paddings, strict=True))
        for name, axis in zip(entries, axes, strict=True):
            steps += _entries(name, *axis)
        of_nonzero = {"padding_counted": _product([*sizes, *kernels]), "dense": rows * columns}
        steps.append(Step(nonzero, _product(entries), "nonzero_padded", of_nonzero))
        steps += [_kinds(kind, name, *axis) for kind, name, axis in zip(kinds, entries, axes, strict=True)]
        if len(kernels) > 1:
            of_distinct["side_for_area"] = _total(kinds)
        of_distinct["zero_counted"] = _product(kinds) + 1
        steps.append(Step(distinct, _product(kinds), "distinct_padded", of_distinct))
    return Derivation(steps, {"shape": [rows, columns], "nonzero": nonzero, "distinct_weights": distinct})


def _product(factors: Iterable[Any]) -> Any:
    first, *others = factors
    for factor in others:
        first = first * factor
    return first


def _total(terms: Iterable[Any]) -> Any:
    first, *others = terms
    for term in others:
        first = first + term
    return first


def _size(size: Any, length: Any, kernel: Any, stride: Any, padding: Any) -> Step:
    free = padded(length, padding) - kernel
    if stride == 1:
        rivals = {"no_plus_one": free}
    else:
        rivals = {
            "no_plus_one": floor(free / stride),
            "ceiling": ceiling(free / stride) + 1,
            "stride_ignored": free + 1,
        }
    if padding != 0:
        rivals["padding_forgotten"] = places(length, kernel, stride)
        rivals["padding_once"] = floor((length + padding - kernel) / stride) + 1
    return Step(size, places(length, kernel, stride, padding), "size", rivals)


def _entries(entries: Any, size: Any, length: Any, kernel: Any, stride: Any, padding: Any) -> Iterator[Step]:
    """The steps to the pairs of a place and a weight that falls on the input there, along one padded axis."""
    meeting, first, last = (symbol(f"{letter}_{length}") for letter in "nfe")
    before, behind = (symbol(f"{letter}_{length}") for letter in "ab")
    if stride == 1:
        skipped = Max(Integer(0), padding - kernel + 1)
        yield Step(meeting, size - 2 * skipped, "meeting_dense")
        yield Step(first, padding - skipped, "first_dense")
        yield Step(before, Min(meeting, first), "before_dense")
        cut = before * first - before * (before - 1) / 2
        yield Step(entries, meeting * kernel - 2 * cut, "entries", {"one_end": meeting * kernel - cut})
        return
    skipped = Max(Integer(0), floor((padding - kernel) / stride) + 1)
    final = Min(size - 1, floor((padding + length - 1) / stride))
    yield Step(meeting, final - skipped + 1, "meeting")
    yield Step(first, padding - stride * skipped, "first")
    yield Step(last, (meeting - 1) * stride + kernel - first - length, "last")
    yield Step(before, Min(meeting, Max(Integer(0), ceiling(first / stride))), "before")
    yield Step(behind, Min(meeting, Max(Integer(0), ceiling(last / stride))), "behind")
    front = before * first - stride * before * (before - 1) / 2
    back = behind * last - stride * behind * (behind - 1) / 2
    yield Step(entries, meeting * kernel - front - back, "entries", {"one_end": meeting * kernel - front})


def _kinds(kinds: Any, entries: Any, size: Any, length: Any, kernel: Any, stride: Any, padding: Any) -> Step:
    """The weights that meet the input at some place: a run of them, or, under long strides, one for each entry."""
    last = size - 1 if stride == 1 else (size - 1) * stride
    run = Min(kernel, padding + length) - Max(Integer(0), padding - last)
    return Step(kinds, run if stride == 1 else Min(entries, Max(Integer(0), run)), "kinds")


def measure(given: Given) -> dict[str, Any]:
    """Look at torch's shapes, and at how often each weight meets the input: its gradient where all inputs are 1."""
    import torch

    convolve = (torch.nn.functional.conv1d, torch.nn.functional.conv2d, torch.nn.functional.conv3d)[
        given.dimensions - 1
    ]
    signal = torch.ones(1, 1, *given.input, dtype=torch.float64)
    kernel = torch.ones(1, 1, *given.kernel_shape, dtype=torch.float64, requires_grad=True)
    output = convolve(signal, kernel, stride=given.stride, padding=given.padding)
    (uses,) = torch.autograd.grad(output.sum(), kernel)
    return {
        "shape": [output.numel(), signal.numel()],
        "nonzero": int(uses.sum()),
        "distinct_weights": int(uses.count_nonzero()),
    }


def _sensible(given: Given) -> bool:
    """Less padding than kernel, no input skipped, and at least two places on each axis."""
    return all(
        on_axis(given.padding, axis) < kernel
        and on_axis(given.stride, axis) <= kernel
        and length + 2 * on_axis(given.padding, axis) >= kernel + on_axis(given.stride, axis)
        for axis, (length, kernel) in enumerate(zip(given.input, given.kernel_shape, strict=True))
    )


FAMILY = Family(
    id="convolution/toeplitz_shape",
    version=2,
    given=GIVEN,
    levels={
        1: Level(Record(kernel_shape=Grid(Range(2, 5), 2), input=Grid(Range(5, 12), 2)), _sensible),
        2: Level(
            Record(kernel_shape=Grid(Range(2, 6), 2), input=Grid(Range(7, 18), 2), stride=Grid(Range(2, 4), 2)),
            _sensible,
        ),
        3: Level(
            Either(
                Record(kernel_shape=Grid(Range(2, 6), 2), input=Grid(Range(4, 14), 2), padding=Range(1, 3)),
                Record(
                    kernel_shape=Grid(Range(2, 7), 2),
                    input=Grid(Range(4, 16), 2),
                    stride=Among(2, 3),
                    padding=Range(1, 3),
                ),
            ),
            _sensible,
        ),
    },
    parts=(Part("shape", Shape()), Part("nonzero", Count()), Part("distinct_weights", Count())),
    check=check,
    derive=derive,
    measure=measure,
    figures=lambda given: (
        Sliding(given.input, given.kernel_shape, given.stride, given.padding),
        Band(given.input, given.kernel_shape, given.stride, given.padding),
    ),
    show=lambda given: {"moves": "stated" if "stride" in given.stated else "one"},
    wording=lambda given: "padded" if "padding" in given.stated else "strided" if "stride" in given.stated else "plain",
)
