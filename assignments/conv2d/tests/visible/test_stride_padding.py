"""Stride and padding; all numbers can be checked by hand."""

import numpy as np


def test_stride(submission):
    """Every second window; the last column is left over."""
    x = np.array([[[[1, 2, 0, 5], [3, -1, 4, 1], [0, 6, -2, 2]]]])
    w = np.array([[[[1], [2]]]])
    assert np.array_equal(submission.conv2d(x, w, stride=2), [[[[7, 8]]]])


def test_padding(submission):
    """A border of zeros around the image."""
    x = np.array([[[[1, 2], [3, -1]]]])
    w = np.array([[[[1, -1], [2, 0]]]])
    assert np.array_equal(submission.conv2d(x, w, padding=1), [[[[0, 2, 4], [-1, 5, 0], [-3, 4, -1]]]])


def test_stride_and_padding(submission):
    """The example of the handout."""
    x = np.array([[[[1, 2, 0], [3, -1, 4], [0, 6, -2]]]])
    w = np.array([[[[1, -1], [2, 0]]]])
    assert np.array_equal(submission.conv2d(x, w, stride=2, padding=1), [[[[0, 4], [-3, 7]]]])
