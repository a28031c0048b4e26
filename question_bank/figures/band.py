"""The matrix of a convolution: which weight of the kernel stands where."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from question_bank.fields import on_axis
from question_bank.figures.figure import Row, in_order, times, words

MOST_ROWS, MOST_COLUMNS, MOST_SIDE = 150, 200, 10
"""What can still be seen on a page."""

Run = list[int]


@dataclass(frozen=True, slots=True)
class Band:
    """The Toeplitz matrix of a convolution of one or two axes, the weights as colours.

    >>> Band((4,), (2,)).worked("en")["rows"]
    [[[0, 0, 2]], [[1, 0, 2]], [[2, 0, 2]]]
    """

    size: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: int | tuple[int, ...] = 1
    padding: int | tuple[int, ...] = 0
    dilation: int | tuple[int, ...] = 1
    flipped: bool = False

    def asked(self, language: str) -> Row | None:
        """Nothing: it is the answer."""
        return None

    def worked(self, language: str) -> Row | None:
        """The matrix; None on three axes, or where it is too large to be seen.

        `rows` holds for each row its runs of neighbours [column, weight, how many]; the weights of the
        kernel are counted row by row from 0, and fall along a run where the kernel is flipped.
        """
        if len(self.size) > 2 or prod(self.size) > MOST_COLUMNS or max(self.kernel) > MOST_SIDE:
            return None
        rows = prod(len(self._starts(axis)) for axis in range(len(self.size)))
        if rows > MOST_ROWS:
            return None
        along = [self._along(axis) for axis in range(len(self.size))]
        return {
            "kind": "band",
            "kernel": list(self.kernel),
            "size": list(self.size),
            "output": [len(places) for places in along],
            "flipped": self.flipped,
            "rows": [self._runs(place) for place in product(*along)],
            "alt": words(
                "band",
                language,
                shape=in_order(times((rows, prod(self.size))), language),
                weights=str(prod(self.kernel)),
            ),
        }

    def _taps(self, axis: int) -> range:
        """Where the taps lie behind the first."""
        dilation = on_axis(self.dilation, axis)
        return range(0, dilation * self.kernel[axis], dilation)

    def _starts(self, axis: int) -> range:
        """The places of the kernel's first tap."""
        padding = on_axis(self.padding, axis)
        return range(-padding, self.size[axis] + padding - self._taps(axis)[-1], on_axis(self.stride, axis))

    def _along(self, axis: int) -> list[list[tuple[int, int]]]:
        """For each place of the kernel along an axis the inputs under it, each with its tap."""
        inputs = range(self.size[axis])
        return [
            [(start + moved, tap) for tap, moved in enumerate(self._taps(axis)) if start + moved in inputs]
            for start in self._starts(axis)
        ]

    def _runs(self, place: Sequence[Sequence[tuple[int, int]]]) -> list[Run]:
        """The runs of the row of one output, from left to right."""
        runs: list[Run] = []
        last, step = prod(self.kernel) - 1, -1 if self.flipped else 1
        for pairs in product(*place):
            column = weight = 0
            for (index, tap), length, kernel in zip(pairs, self.size, self.kernel, strict=True):
                column, weight = column * length + index, weight * kernel + tap
            weight = last - weight if self.flipped else weight
            if runs and column == runs[-1][0] + runs[-1][2] and weight == runs[-1][1] + step * runs[-1][2]:
                runs[-1][2] += 1
            else:
                runs.append([column, weight, 1])
        return runs
