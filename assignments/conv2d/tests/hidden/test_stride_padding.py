"""Stride and padding, alone and together; the kernel is dense and there is no bias."""

import numpy as np
import pytest

from grader.cases import titled
from grader.compare import assert_close

pytestmark = pytest.mark.task("stride_padding")


@pytest.mark.title("a small example with integers")
def test_by_hand(submission):
    """A border of zeros, then every second window; the last row of the padded image is left over."""
    x = np.array([[[[2, -1, 3], [0, 4, 1], [5, -2, 0]]]])
    w = np.array([[[[1, 2, 0], [-1, 0, 3]]]])
    assert_close(submission.conv2d(x, w, stride=2, padding=1), [[[[-3, 1], [-6, 8]]]])


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding"),
    titled(
        [
            ("stride 2 and nothing left over", (7, 9), (3, 5), 2, 0),
            ("stride 2 and a row left over", (8, 9), (3, 5), 2, 0),
            ("stride 2 and a column left over", (7, 8), (3, 2), 2, 0),
            ("a stride larger than the kernel and rows and columns left over", (10, 12), (2, 1), 3, 0),
            ("padding 1", (5, 7), (3, 2), 1, 1),
            ("padding larger than the kernel", (3, 5), (2, 1), 1, 3),
            ("a kernel larger than the image fits after padding", (2, 3), (5, 4), 1, 2),
            ("a kernel as large as the padded image", (3, 4), (7, 8), 2, 2),
            ("stride and padding together with nothing left over", (9, 7), (3, 5), 2, 2),
            ("stride and padding together with rows and columns left over", (7, 11), (4, 3), 4, 1),
        ]
    ),
)
def test_numbers(submission, expected, draw, size, kernel, stride, padding):
    """Where the window stands, and what it meets outside the image."""
    x, w = draw((2, 3, *size), (5, *kernel))
    chosen = {"stride": stride, "padding": padding}
    assert_close(submission.conv2d(x, w, **chosen), expected(x, w, **chosen))


@pytest.mark.title("stride and padding given by place")
def test_by_place(submission, expected, draw):
    """The order of the parameters is part of what was asked."""
    x, w = draw((2, 3, 7, 11), (5, 3, 2))
    assert_close(submission.conv2d(x, w, None, 3, 2), expected(x, w, None, 3, 2))


@pytest.mark.kind("shape")
@pytest.mark.title("the size of the output for many sizes")
def test_sizes(submission, works_on_one_pixel):
    """The floor in the formula, for each remainder."""
    works_on_one_pixel()
    for h, w, kh, kw, stride, padding in [
        (5, 9, 2, 3, 2, 0),
        (6, 7, 3, 1, 4, 1),
        (7, 6, 1, 4, 3, 2),
        (8, 5, 5, 2, 5, 1),
    ]:
        y = submission.conv2d(np.ones((2, 1, h, w)), np.ones((3, 1, kh, kw)), stride=stride, padding=padding)
        assert isinstance(y, np.ndarray)
        assert y.shape == (2, 3, (h + 2 * padding - kh) // stride + 1, (w + 2 * padding - kw) // stride + 1)


@pytest.mark.parametrize("attempt", range(2))
@pytest.mark.title("random shapes with stride and padding")
def test_random_shapes(submission, expected, draw, rng, attempt):
    """Shapes that nobody knows beforehand."""
    kh, kw = rng.permutation([2, 3, 4, 5])[:2]
    h, w = rng.permutation([6, 7, 8, 9])[:2]
    stride, padding = rng.integers(2, 4), rng.integers(1, 3)
    x, w = draw((2, 3, h, w), (4, kh, kw))
    chosen = {"stride": int(stride), "padding": int(padding)}
    assert_close(submission.conv2d(x, w, **chosen), expected(x, w, **chosen))
