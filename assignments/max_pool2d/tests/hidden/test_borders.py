"""The borders of the image: padding that never wins, and rows and columns that no window reaches."""

import numpy as np
import pytest

from grader.cases import titled
from grader.compare import assert_close

pytestmark = pytest.mark.task("borders")


@pytest.mark.title("a small example of negative numbers")
def test_by_hand(submission):
    """Each of the corner windows meets one pixel and three places of padding; the last row of padding is left over."""
    x = np.array([[[[-3.0, -7.0, -4.0, -1.0], [-8.0, -2.0, -6.0, -9.0], [-5.0, -4.0, -3.0, -7.0]]]])
    assert_close(submission.max_pool2d(x, 2, stride=2, padding=1), [[[[-3.0, -4.0, -1.0], [-5.0, -2.0, -7.0]]]])


@pytest.mark.parametrize(
    ("size", "kernel_size", "stride", "padding"),
    titled(
        [
            ("negative numbers with padding", (5, 7), 3, 1, 1),
            ("negative numbers with stride and padding", (7, 11), 3, 2, 1),
            ("negative numbers with padding and windows side by side", (4, 8), 2, 2, 1),
            ("as much padding as half of an even window", (5, 8), 4, 3, 2),
            ("as much padding as half of an odd window", (7, 13), 5, 3, 2),
            ("a window as large as the padded image", (5, 5), 7, 7, 1),
            ("a window as high as the padded image", (3, 7), 5, 2, 1),
            ("an image smaller than the window", (1, 3), 4, 1, 2),
        ]
    ),
)
def test_padding_never_wins(submission, expected, draw_positive, size, kernel_size, stride, padding):
    """Zero would."""
    x = -draw_positive((2, 3, *size))
    chosen = {"stride": stride, "padding": padding}
    assert_close(submission.max_pool2d(x, kernel_size, **chosen), expected(x, kernel_size, **chosen))


@pytest.mark.parametrize(
    ("scale", "dtype"),
    titled(
        [
            ("very low numbers in double precision", 1e300, "float64"),
            ("very low numbers in single precision", 1e37, "float32"),
        ]
    ),
)
def test_low_numbers(submission, expected, draw_positive, scale, dtype):
    """Nor does any number that merely looks small enough win: what holds for an image holds for a far lower one."""
    images = -draw_positive((2, 3, 5, 7)), -scale * draw_positive((2, 3, 7, 5))
    for x in (image.astype(dtype) for image in images):
        assert_close(submission.max_pool2d(x, 3, stride=2, padding=1), expected(x, 3, stride=2, padding=1))


@pytest.mark.parametrize(
    ("size", "kernel_size", "stride", "padding"),
    titled(
        [
            ("a row left over", (7, 6), 2, 2, 0),
            ("a column left over", (4, 11), 2, 2, 0),
            ("two rows and a column left over", (11, 7), 3, 3, 0),
            ("overlapping windows and something left over", (8, 12), 3, 2, 0),
            ("a stride larger than the window and much left over", (11, 13), 2, 5, 0),
            ("stride and padding with something left over", (7, 11), 3, 4, 1),
            ("padding left over", (5, 7), 2, 2, 1),
        ]
    ),
)
def test_left_over(submission, expected, draw_positive, size, kernel_size, stride, padding):
    """What no whole window covers is not used."""
    x = draw_positive((2, 3, *size))
    chosen = {"stride": stride, "padding": padding}
    assert_close(submission.max_pool2d(x, kernel_size, **chosen), expected(x, kernel_size, **chosen))


@pytest.mark.kind("shape")
@pytest.mark.title("the size of the output for many sizes")
def test_sizes(submission, works_on_one_window):
    """The floor in the formula, for each remainder."""
    works_on_one_window()
    for h, w, kernel_size, stride, padding in [
        (5, 9, 2, 3, 0),
        (6, 7, 3, 4, 1),
        (7, 6, 4, 3, 2),
        (8, 13, 5, 5, 1),
    ]:
        y = submission.max_pool2d(np.ones((2, 3, h, w)), kernel_size, stride=stride, padding=padding)
        assert isinstance(y, np.ndarray)
        down, right = ((size + 2 * padding - kernel_size) // stride + 1 for size in (h, w))
        assert y.shape == (2, 3, down, right)


@pytest.mark.parametrize("attempt", range(2))
@pytest.mark.title("random shapes with padding and something left over")
def test_random_shapes(submission, expected, draw, rng, attempt):
    """Shapes that nobody knows beforehand, and numbers of both signs."""
    kernel_size, stride = (int(number) for number in rng.permutation([3, 4, 5])[:2])
    padding = int(rng.integers(1, kernel_size // 2 + 1))
    h, w = rng.permutation([7, 8, 9, 11])[:2]
    x = draw((2, 3, h, w))
    chosen = {"stride": stride, "padding": padding}
    assert_close(submission.max_pool2d(x, kernel_size, **chosen), expected(x, kernel_size, **chosen))
