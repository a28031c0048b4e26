"""Calls that make no sense raise ValueError."""

import numpy as np
import pytest

from grader.cases import titled

pytestmark = [pytest.mark.task("errors"), pytest.mark.kind("error")]


@pytest.mark.parametrize(
    ("kernel_size", "more"),
    titled(
        [
            ("padding as large as the window", 2, {"padding": 2}),
            ("more padding than half of an odd window", 3, {"padding": 2}),
            ("more padding than half of an even window", 4, {"padding": 3}),
            ("padding for a window of one pixel", 1, {"padding": 1}),
            ("too much padding with a stride", 5, {"stride": 2, "padding": 3}),
        ]
    ),
)
def test_value_error(submission, works_on_one_window, kernel_size, more):
    """The padding is one too large, and the window would fit."""
    works_on_one_window()
    with pytest.raises(ValueError):  # noqa: PT011  # what it says is the student's own
        submission.max_pool2d(np.ones((2, 3, 7, 11)), kernel_size, **more)
