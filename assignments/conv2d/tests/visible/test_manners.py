"""The dtype of the result, and the arguments after the call."""

import numpy as np


def test_single_precision(submission):
    """What comes in as float32 goes out as float32."""
    y = submission.conv2d(np.ones((1, 1, 2, 2), np.float32), np.ones((1, 1, 2, 1), np.float32))
    assert isinstance(y, np.ndarray)
    assert y.dtype == np.float32


def test_integer_images_and_real_filters(submission):
    """Nothing is cut off."""
    y = submission.conv2d(np.array([[[[1, 2]]]]), np.array([[[[0.5]]]]))
    assert isinstance(y, np.ndarray)
    assert y.dtype == np.float64
    assert np.array_equal(y, [[[[0.5, 1.0]]]])


def test_arguments_unchanged(submission):
    """The caller's arrays stay as they are."""
    x = np.array([[[[1, 2], [3, -1]]]])
    w = np.array([[[[1, -1], [2, 0]]]])
    b = np.array([1])
    submission.conv2d(x, w, b, padding=1)
    assert np.array_equal(x, [[[[1, 2], [3, -1]]]])
    assert np.array_equal(w, [[[[1, -1], [2, 0]]]])
    assert np.array_equal(b, [1])
