"""What a caller may rely on beside the numbers: the dtype, and that nothing of theirs is touched.

All is square here, and with a bias there are 3 images, channels, filters and columns of output:
who mixes up two of them has lost points in the other tasks already.
"""

import numpy as np
import pytest

from grader.cases import titled
from grader.compare import assert_close, assert_unchanged

pytestmark = [pytest.mark.task("manners"), pytest.mark.kind("manners")]


@pytest.mark.parametrize(
    ("x", "w", "b", "right"),
    titled(
        [
            ("float64 stays float64", "float64", "float64", "float64", "float64"),
            ("float32 stays float32", "float32", "float32", "float32", "float32"),
            ("integers stay integers", "int64", "int64", "int64", "int64"),
            ("small integers stay small integers", "int32", "int32", None, "int32"),
            ("single precision with double precision", "float32", "float64", None, "float64"),
            ("integer images with real filters", "int64", "float64", None, "float64"),
            ("a bias of double precision", "float32", "float32", "float64", "float64"),
        ]
    ),
)
def test_dtype(submission, works_on_one_pixel, x, w, b, right):
    """np.result_type of what was given."""
    works_on_one_pixel()
    bias = None if b is None else np.array([1, -2, 3]).astype(b)
    y = submission.conv2d(np.ones((3, 3, 5, 5)).astype(x), np.ones((3, 3, 3, 3)).astype(w), bias)
    assert isinstance(y, np.ndarray)
    assert y.dtype == right


@pytest.mark.points(2)
@pytest.mark.parametrize(
    ("size", "more"),
    titled(
        [
            ("the arguments are as before the call", 5, {}),
            ("the arguments are as before a call with everything", 7, {"stride": 2, "padding": 1, "dilation": 2}),
        ]
    ),
)
def test_arguments_unchanged(submission, works_on_one_pixel, draw, rng, size, more):
    """Values, shape and dtype."""
    works_on_one_pixel()
    x, w = draw((3, 3, size, size), (3, 3, 3))
    b = rng.normal(size=3)
    assert_unchanged(submission.call("conv2d", x, w, b, **more), x, w, b)


@pytest.mark.points(2)
@pytest.mark.title("the result is a new array")
def test_no_shared_memory(submission, works_on_one_pixel, draw):
    """Also where the result equals the image: who writes into one must not change the other."""
    works_on_one_pixel()
    x, _ = draw((2, 1, 5, 5), (1, 1, 1))
    for kernel in (np.ones((1, 1, 1, 1)), np.zeros((1, 1, 1, 1))):
        assert submission.call("conv2d", x, kernel).aliases == ()


@pytest.mark.title("a second call gives the same")
def test_second_call(submission, works_on_one_pixel, draw, rng):
    """Nothing is kept from a call that could change the next."""
    works_on_one_pixel()
    x, w = draw((3, 3, 3, 3), (3, 3, 3))
    b = rng.normal(size=3)
    first = submission.conv2d(x, w, b, padding=1)
    submission.conv2d(*draw((1, 3, 9, 9), (3, 3, 3)), stride=2)
    assert isinstance(first, np.ndarray)
    assert first.size
    assert_close(submission.conv2d(x, w, b, padding=1), first)


@pytest.mark.points(2)
@pytest.mark.title("other numbers of the same shape give another result")
def test_nothing_is_remembered(submission, works_on_one_pixel, draw):
    """Twice the image gives twice the result, and twice the filters too."""
    works_on_one_pixel()
    x, w = draw((3, 3, 7, 7), (3, 3, 3))
    first = submission.conv2d(x, w)
    assert isinstance(first, np.ndarray)
    assert first.size
    assert_close(submission.conv2d(2 * x, w), 2 * first)
    assert_close(submission.conv2d(x, 2 * w), 2 * first)
