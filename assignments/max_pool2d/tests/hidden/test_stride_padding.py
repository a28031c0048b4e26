"""Stride and padding, alone and together.

Nothing is left over and all numbers are positive, so what goes wrong at the borders alone is not
charged here as well.
"""

import numpy as np
import pytest

from grader.cases import titled
from grader.compare import assert_close

pytestmark = pytest.mark.task("stride_padding")


@pytest.mark.title("a small example")
def test_by_hand(submission):
    """Windows of 3 with stride 2 share a column, and the padding shifts them by one."""
    x = np.array([[[[2.0, 1.0, 6.0, 3.0, 4.0], [5.0, 3.0, 2.0, 8.0, 1.0], [1.0, 9.0, 4.0, 2.0, 7.0]]]])
    assert_close(submission.max_pool2d(x, 3, stride=2, padding=1), [[[[5.0, 8.0, 8.0], [9.0, 9.0, 8.0]]]])


@pytest.mark.parametrize(
    ("shape", "kernel_size", "stride", "padding"),
    titled(
        [
            ("stride 1", (2, 3, 5, 7), 3, 1, 0),
            ("overlapping windows", (2, 3, 7, 11), 3, 2, 0),
            ("a stride larger than the window", (2, 3, 5, 11), 2, 3, 0),
            ("a window of one pixel with stride 2", (2, 3, 7, 5), 1, 2, 0),
            ("padding 1", (2, 3, 5, 7), 3, 1, 1),
            ("padding 2", (2, 3, 7, 11), 5, 1, 2),
            ("padding and windows side by side", (2, 3, 7, 13), 3, 3, 1),
            ("stride and padding together", (2, 3, 5, 11), 3, 2, 1),
            ("a large window with stride and padding", (2, 3, 7, 13), 5, 3, 2),
            ("a window of even size with stride and padding", (2, 3, 5, 11), 4, 3, 1),
            ("one image of one channel with stride and padding", (1, 1, 11, 7), 3, 2, 1),
        ]
    ),
)
def test_numbers(submission, expected, draw_positive, shape, kernel_size, stride, padding):
    """Where the window stands."""
    x = draw_positive(shape)
    chosen = {"stride": stride, "padding": padding}
    assert_close(submission.max_pool2d(x, kernel_size, **chosen), expected(x, kernel_size, **chosen))


@pytest.mark.title("no stride but a padding")
def test_default_stride(submission, expected, draw_positive):
    """None is the size of the window, also when somebody writes it out."""
    x = draw_positive((2, 3, 7, 13))
    for chosen in ({"padding": 1}, {"stride": None, "padding": 1}):
        assert_close(submission.max_pool2d(x, 3, **chosen), expected(x, 3, padding=1))


@pytest.mark.points(2)
@pytest.mark.title("stride and padding given by place")
def test_by_place(submission, expected, draw_positive):
    """The order of the parameters is part of what was asked."""
    x = draw_positive((2, 3, 7, 13))
    assert_close(submission.max_pool2d(x, 5, 3, 2), expected(x, 5, 3, 2))


@pytest.mark.parametrize("attempt", range(2))
@pytest.mark.title("random shapes with stride and padding")
def test_random_shapes(submission, expected, draw_positive, rng, attempt):
    """Shapes that nobody knows beforehand."""
    stride, down, right = (int(number) for number in rng.permutation([2, 3, 4]))
    padding = int(rng.integers(1, 3))
    size = [5 + stride * more - 2 * padding for more in (down, right)]
    x = draw_positive((2, 3, *size))
    chosen = {"stride": stride, "padding": padding}
    assert_close(submission.max_pool2d(x, 5, **chosen), expected(x, 5, **chosen))
