"""Dilation; all numbers can be checked by hand."""

import numpy as np


def test_dilation(submission):
    """Taps with one pixel between them."""
    x = np.array([[[[1, 2, 0, 3], [3, -1, 4, 1], [0, 6, -2, 2]]]])
    w = np.array([[[[1, -1], [2, 0]]]])
    assert np.array_equal(submission.conv2d(x, w, dilation=2), [[[[1, 11]]]])


def test_dilation_with_stride_and_padding(submission):
    """All together: of the dilated window only the lower taps meet the image."""
    x = np.array([[[[1, 2, 3, 4, 5], [6, 7, 8, 9, 10]]]])
    w = np.array([[[[1, -1], [2, 10]]]])
    y = submission.conv2d(x, w, stride=2, padding=1, dilation=2)
    assert np.array_equal(y, [[[[70, 104, 18]]]])
