"""Dilation alone, and with stride and padding, where mistakes show that are hidden in each alone."""

import numpy as np
import pytest

from grader.cases import titled
from grader.compare import assert_close

pytestmark = pytest.mark.task("dilation")


@pytest.mark.title("a small example with integers")
def test_by_hand(submission):
    """Two taps in each direction with one pixel between them."""
    x = np.array([[[[1, 0, 2, -1], [3, 1, 0, 2], [0, 4, -2, 1]]]])
    w = np.array([[[[1, -1], [2, 3]]]])
    assert_close(submission.conv2d(x, w, dilation=2), [[[[-7, 12]]]])


@pytest.mark.parametrize(
    ("size", "kernel", "dilation", "more"),
    titled(
        [
            ("dilation 2", (7, 9), (3, 2), 2, {}),
            ("a dilated row", (4, 13), (1, 3), 5, {}),
            ("a kernel of one pixel has nothing to dilate", (5, 3), (1, 1), 4, {}),
            ("a dilated window as large as the image", (9, 4), (5, 2), 2, {}),
            ("dilation with stride", (11, 9), (3, 2), 2, {"stride": 3}),
            ("dilation with padding", (5, 7), (3, 2), 3, {"padding": 2}),
            ("dilation with stride and padding", (8, 11), (3, 4), 2, {"stride": 3, "padding": 1}),
            ("a dilated window as high as the padded image", (4, 3), (4, 3), 3, {"stride": 2, "padding": 3}),
        ]
    ),
)  # fmt: skip
def test_numbers(submission, expected, draw, size, kernel, dilation, more):
    """Which pixels the taps meet."""
    x, w = draw((2, 3, *size), (5, *kernel))
    assert_close(submission.conv2d(x, w, dilation=dilation, **more), expected(x, w, dilation=dilation, **more))


@pytest.mark.title("all arguments given by place")
def test_by_place(submission, expected, draw):
    """The order of the parameters is part of what was asked."""
    x, w = draw((2, 3, 11, 8), (5, 2, 3))
    assert_close(submission.conv2d(x, w, None, 2, 1, 3), expected(x, w, None, 2, 1, 3))


@pytest.mark.parametrize("attempt", range(2))
@pytest.mark.title("random shapes with stride padding and dilation")
def test_random_shapes(submission, expected, draw, rng, attempt):
    """Shapes that nobody knows beforehand; the three numbers all differ."""
    kh, kw = rng.permutation([2, 3, 4])[:2]
    h, w = rng.permutation([11, 12, 13, 14])[:2]
    stride, padding, dilation = (int(number) for number in rng.permutation([2, 3, 4]))
    x, w = draw((2, 3, h, w), (4, kh, kw))
    chosen = {"stride": stride, "padding": padding, "dilation": dilation}
    assert_close(submission.conv2d(x, w, **chosen), expected(x, w, **chosen))
