"""Stride 1, no padding, no dilation: the sum over the window and the channels, and the bias."""

import numpy as np
import pytest

from grader.cases import titled
from grader.compare import assert_close

pytestmark = pytest.mark.task("values")


@pytest.mark.title("a small example with integers")
def test_by_hand(submission):
    """Rows 1 2 0 -1 / 3 -2 1 4 / 0 5 -3 2 under the kernel 1 -2 / 3 0 / 0 1, which no flip leaves as it is."""
    x = np.array([[[[1, 2, 0, -1], [3, -2, 1, 4], [0, 5, -3, 2]]]])
    w = np.array([[[[1, -2], [3, 0], [0, 1]]]])
    assert_close(submission.conv2d(x, w), [[[[11, -7, 7]]]])


@pytest.mark.parametrize(
    ("images", "filters"),
    titled(
        [
            ("one image of one channel", (1, 1, 7, 5), (1, 3, 2)),
            ("several channels", (1, 3, 5, 7), (1, 2, 3)),
            ("several images", (3, 1, 5, 7), (1, 2, 3)),
            ("images channels and filters together", (2, 3, 7, 11), (5, 2, 3)),
            ("a kernel of one pixel", (2, 3, 5, 7), (5, 1, 1)),
            ("a kernel of one row", (2, 3, 5, 11), (2, 1, 7)),
            ("a kernel of one column", (2, 3, 11, 5), (2, 7, 1)),
            ("a kernel as large as the image", (2, 3, 5, 7), (5, 5, 7)),
        ]
    ),
)
def test_shapes(submission, expected, draw, images, filters):
    """Height, width, channels and counts that all differ, so that none can stand for another."""
    x, w = draw(images, filters)
    assert_close(submission.conv2d(x, w), expected(x, w))


@pytest.mark.points(2)
@pytest.mark.parametrize(
    ("images", "filters"),
    titled(
        [
            ("a bias where the output has as many columns as filters", (2, 3, 5, 7), (5, 2, 3)),
            ("a bias where there are as many images as filters", (3, 2, 7, 5), (3, 3, 2)),
        ]
    ),
)
def test_bias(submission, expected, draw, rng, images, filters):
    """Shapes in which a bias along the wrong axis raises nothing."""
    x, w = draw(images, filters)
    b = 3 * rng.normal(size=len(w))
    assert_close(submission.conv2d(x, w, b=b), expected(x, w, b))


@pytest.mark.parametrize(
    "view",
    titled(
        [
            ("every second column of a larger array", lambda x, w: (x[..., ::2], w)),
            ("a transposed image", lambda x, w: (x.transpose(0, 1, 3, 2), w)),
            ("channels last in memory", lambda x, w: (x.transpose(0, 2, 3, 1).copy().transpose(0, 3, 1, 2), w)),
            ("image and kernel read backwards", lambda x, w: (x[:, :, ::-1, ::-1], w[:, :, ::-1, ::-1])),
        ]
    ),
)
def test_memory_layout(submission, expected, draw, view):
    """What lies otherwise in memory than its shape says is an array like any other."""
    x, w = view(*draw((2, 3, 7, 11), (5, 2, 3)))
    assert_close(submission.conv2d(x, w), expected(x, w))


@pytest.mark.title("very many channels in single precision")
def test_many_channels(submission, expected, draw):
    """A sum of 1542 products; the tolerance takes any order of it."""
    x, w = (array.astype(np.float32) for array in draw((1, 257, 4, 3), (2, 3, 2)))
    assert_close(submission.conv2d(x, w), expected(x, w))


@pytest.mark.parametrize("attempt", range(2))
@pytest.mark.title("random shapes")
def test_random_shapes(submission, expected, draw, rng, attempt):
    """Shapes that nobody knows beforehand."""
    kh, kw = rng.permutation([2, 3, 4, 5])[:2]
    n, c_in, c_out, more_rows, more_columns = rng.permutation([1, 2, 3, 4, 5])
    x, w = draw((n, c_in, kh + more_rows, kw + more_columns), (c_out, kh, kw))
    b = rng.normal(size=c_out)
    assert_close(submission.conv2d(x, w, b), expected(x, w, b))
