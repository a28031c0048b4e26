"""Padding that never wins, and what is left over; all numbers can be checked by hand."""

import numpy as np


def test_padding_never_wins(submission):
    """The example of the handout: two windows have nothing but padding and one negative number."""
    x = np.array([[[[-1.0, -2.0, 3.0, -5.0], [4.0, 2.0, -1.0, 5.0], [-3.0, 6.0, 0.0, -4.0]]]])
    assert np.array_equal(submission.max_pool2d(x, 2, padding=1), [[[[-1, 3, -5], [4, 6, 5]]]])


def test_left_over(submission):
    """No window reaches the last column."""
    x = np.array([[[[1.0, 2.0, 4.0, 3.0, 9.0], [0.0, 1.0, 2.0, 0.0, 9.0]]]])
    assert np.array_equal(submission.max_pool2d(x, 2, stride=2), [[[[2, 4]]]])
