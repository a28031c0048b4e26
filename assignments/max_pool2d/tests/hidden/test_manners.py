"""What a caller may rely on beside the numbers: the dtype, and that nothing of theirs is touched.

All is square and positive here, and nothing is left over: who errs in such things has lost points
in the other tasks already.
"""

import numpy as np
import pytest

from grader.cases import titled
from grader.compare import assert_close, assert_unchanged

pytestmark = [pytest.mark.task("manners"), pytest.mark.kind("manners")]


@pytest.mark.parametrize(
    ("dtype", "padding"),
    titled(
        [
            ("float64 stays float64", "float64", 0),
            ("float32 stays float32", "float32", 0),
            ("float16 stays float16", "float16", 0),
            ("float32 stays float32 with padding", "float32", 1),
            ("float16 stays float16 with padding", "float16", 1),
        ]
    ),
)
def test_dtype(submission, works_on_one_window, dtype, padding):
    """The dtype of the images."""
    works_on_one_window()
    y = submission.max_pool2d(np.ones((3, 3, 7, 7), dtype), 3, stride=2, padding=padding)
    assert isinstance(y, np.ndarray)
    assert y.dtype == dtype


@pytest.mark.points(2)
@pytest.mark.parametrize(
    ("size", "kernel_size", "more"),
    titled(
        [
            ("the images are as before the call", 6, 2, {"stride": 2}),
            ("the images are as before a call with overlap and padding", 7, 3, {"stride": 2, "padding": 1}),
            ("the images are as before a call with a window of one pixel", 5, 1, {"stride": 1}),
        ]
    ),
)
def test_images_unchanged(submission, works_on_one_window, draw_positive, size, kernel_size, more):
    """Values, shape and dtype."""
    works_on_one_window()
    x = draw_positive((3, 3, size, size))
    assert_unchanged(submission.call("max_pool2d", x, kernel_size, **more), x)


@pytest.mark.points(2)
@pytest.mark.title("the result is a new array")
def test_no_shared_memory(submission, works_on_one_window, draw_positive):
    """Also where each window is one pixel: who writes into one array must not change the other."""
    works_on_one_window()
    x = draw_positive((3, 3, 5, 5))
    for kernel_size, stride in ((1, 1), (1, 2), (3, 2)):
        assert submission.call("max_pool2d", x, kernel_size, stride=stride).aliases == ()


@pytest.mark.title("a second call gives the same")
def test_second_call(submission, works_on_one_window, draw_positive):
    """Nothing is kept from a call that could change the next."""
    works_on_one_window()
    x = draw_positive((3, 3, 5, 5))
    first = submission.max_pool2d(x, 3, stride=2, padding=1)
    submission.max_pool2d(draw_positive((2, 3, 9, 9)), 3, stride=2)
    assert isinstance(first, np.ndarray)
    assert first.size
    assert_close(submission.max_pool2d(x, 3, stride=2, padding=1), first)


@pytest.mark.points(2)
@pytest.mark.title("other numbers of the same shape give another result")
def test_nothing_is_remembered(submission, works_on_one_window, draw_positive):
    """Half the numbers have half the maximum."""
    works_on_one_window()
    x = draw_positive((3, 3, 7, 7))
    first = submission.max_pool2d(x, 3, stride=2)
    assert isinstance(first, np.ndarray)
    assert first.size
    assert_close(submission.max_pool2d(x / 2, 3, stride=2), first / 2)
