"""Stride and padding; all numbers can be checked by hand."""

import numpy as np


def test_overlapping_windows(submission):
    """The example of the handout with stride 1."""
    x = np.array([[[[-1.0, -2.0, 3.0, -5.0], [4.0, 2.0, -1.0, 5.0], [-3.0, 6.0, 0.0, -4.0]]]])
    assert np.array_equal(submission.max_pool2d(x, 2, stride=1), [[[[4, 3, 5], [6, 6, 5]]]])


def test_padding(submission):
    """Three windows in a row; the first and the last reach into the padding."""
    x = np.array([[[[1.0, 5.0, 2.0, 3.0, 4.0]]]])
    assert np.array_equal(submission.max_pool2d(x, 3, stride=2, padding=1), [[[[5, 5, 4]]]])


def test_padding_with_the_stride_of_the_window(submission):
    """Without a stride the window moves by its own size, here 3."""
    x = np.array([[[[1.0, 5.0, 2.0, 3.0], [6.0, 0.0, 7.0, 2.0]]]])
    assert np.array_equal(submission.max_pool2d(x, 3, padding=1), [[[[6, 7]]]])
