"""Windows side by side that fill the image: no stride of its own, no padding, nothing left over."""

import numpy as np
import pytest

from grader.cases import titled
from grader.compare import assert_close

pytestmark = pytest.mark.task("values")


@pytest.mark.title("a small example")
def test_by_hand(submission):
    """Three windows whose largest numbers stand in three of the four corners, once below zero."""
    x = np.array([[[[2.0, 7.0, -1.0, -6.0, 0.0, 3.0], [-9.0, 4.0, -3.0, -2.0, 5.0, 1.0]]]])
    assert_close(submission.max_pool2d(x, 2), [[[[7.0, -1.0, 5.0]]]])


@pytest.mark.parametrize(
    ("shape", "kernel_size"),
    titled(
        [
            ("one image of one channel", (1, 1, 4, 6), 2),
            ("several channels", (1, 3, 6, 4), 2),
            ("several images", (3, 1, 6, 9), 3),
            ("images and channels together", (2, 5, 9, 6), 3),
            ("one row of windows", (2, 3, 5, 15), 5),
            ("one column of windows", (2, 3, 14, 7), 7),
            ("a window as large as the image", (2, 3, 7, 7), 7),
        ]
    ),
)
def test_shapes(submission, expected, draw, shape, kernel_size):
    """Height, width, channels and counts that differ, so that none can stand for another."""
    x = draw(shape)
    assert_close(submission.max_pool2d(x, kernel_size), expected(x, kernel_size))


@pytest.mark.parametrize(
    "kernel_size", titled([("negative numbers only", 2), ("negative numbers and large windows", 3)])
)
def test_negative(submission, expected, draw_positive, kernel_size):
    """Who begins at zero stays there."""
    x = -draw_positive((2, 3, 6, 12))
    assert_close(submission.max_pool2d(x, kernel_size), expected(x, kernel_size))


@pytest.mark.points(2)
@pytest.mark.title("equal numbers in a window")
def test_ties(submission, expected, rng):
    """However often the largest number is there, it comes out once."""
    x = rng.integers(-5, 5, size=(2, 3, 6, 9)).astype(float)
    assert_close(submission.max_pool2d(x, 3), expected(x, 3))


@pytest.mark.parametrize(
    "view",
    titled(
        [
            ("every second column of a larger array", lambda x: x[..., ::2]),
            ("a transposed image", lambda x: x.transpose(0, 1, 3, 2)),
            ("channels last in memory", lambda x: x.transpose(0, 2, 3, 1).copy().transpose(0, 3, 1, 2)),
            ("an image read backwards", lambda x: x[:, :, ::-1, ::-1]),
        ]
    ),
)
def test_memory_layout(submission, expected, draw, view):
    """What lies otherwise in memory than its shape says is an array like any other."""
    x = view(draw((2, 3, 4, 12)))
    assert_close(submission.max_pool2d(x, 2), expected(x, 2))


@pytest.mark.title("the size of the window given by name")
def test_by_name(submission, expected, draw):
    """The names of the parameters are part of what was asked."""
    x = draw((2, 3, 9, 6))
    assert_close(submission.max_pool2d(x, kernel_size=3), expected(x, 3))


@pytest.mark.parametrize("attempt", range(2))
@pytest.mark.title("random shapes")
def test_random_shapes(submission, expected, draw, rng, attempt):
    """Shapes that nobody knows beforehand."""
    n, c, down, right = rng.permutation([2, 3, 4, 5])
    kernel_size = int(rng.integers(2, 5))
    x = draw((n, c, kernel_size * down, kernel_size * right))
    assert_close(submission.max_pool2d(x, kernel_size), expected(x, kernel_size))
