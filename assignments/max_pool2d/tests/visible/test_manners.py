"""The dtype of the result, and the images after the call."""

import numpy as np


def test_single_precision(submission):
    """What comes in as float32 goes out as float32."""
    y = submission.max_pool2d(np.ones((1, 1, 4, 4), np.float32), 2, padding=1)
    assert isinstance(y, np.ndarray)
    assert y.dtype == np.float32


def test_images_unchanged(submission):
    """The caller's array stays as it is."""
    x = np.array([[[[1.0, 2.0], [3.0, -1.0]]]])
    submission.max_pool2d(x, 2, stride=1, padding=1)
    assert np.array_equal(x, [[[[1, 2], [3, -1]]]])


def test_a_window_of_one_pixel(submission):
    """The result equals the image and is another array: writing into it leaves the image alone."""
    x = np.array([[[[1.0, 2.0], [3.0, -1.0]]]])
    y = submission.max_pool2d(x, 1)
    assert isinstance(y, np.ndarray)
    assert np.array_equal(y, x)
    y[:] = 0
    assert np.array_equal(x, [[[[1, 2], [3, -1]]]])
