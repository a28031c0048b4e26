"""Windows side by side, no padding; all numbers can be checked by hand."""

import numpy as np


def test_one_image(submission):
    """The example of the handout; its last row is left over."""
    x = np.array([[[[-1.0, -2.0, 3.0, -5.0], [4.0, 2.0, -1.0, 5.0], [-3.0, 6.0, 0.0, -4.0]]]])
    assert np.array_equal(submission.max_pool2d(x, 2), [[[[4, 5]]]])


def test_negative_numbers(submission):
    """The largest of negative numbers is negative."""
    x = np.array([[[[-4.0, -3.0, -8.0, -9.0], [-2.0, -5.0, -7.0, -6.0]]]])
    assert np.array_equal(submission.max_pool2d(x, 2), [[[[-2, -6]]]])


def test_two_images_of_two_channels(submission):
    """Images and channels stay apart."""
    x = np.array(
        [
            [[[1.0, 2.0], [4.0, 3.0]], [[0.5, 0.0], [-1.0, 0.0]]],
            [[[7.0, 9.0], [8.0, 6.0]], [[-3.0, -2.5], [-4.0, -5.0]]],
        ]
    )
    assert np.array_equal(submission.max_pool2d(x, 2), [[[[4]], [[0.5]]], [[[9]], [[-2.5]]]])
