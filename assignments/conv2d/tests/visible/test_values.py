"""Stride 1, no padding, no dilation; all numbers can be checked by hand."""

import numpy as np


def test_one_image(submission):
    """The example of the handout."""
    x = np.array([[[[1, 2, 0], [3, -1, 4], [0, 6, -2]]]])
    w = np.array([[[[1, -1], [2, 0]]]])
    assert np.array_equal(submission.conv2d(x, w), [[[[5, 0], [4, 7]]]])


def test_bias(submission):
    """Two filters, each with a bias of its own."""
    x = np.array([[[[1, 2, 0], [3, -1, 4], [0, 6, -2]]]])
    w = np.array([[[[1, -1], [2, 0]]], [[[0, 1], [0, 0]]]])
    b = np.array([1, -3])
    assert np.array_equal(submission.conv2d(x, w, b), [[[[6, 1], [5, 8]], [[-1, -3], [-4, 1]]]])


def test_two_images_of_two_channels(submission):
    """The channels of an image are summed; the images stay apart."""
    x = np.array([[[[1, 2, 3]], [[10, 20, 30]]], [[[4, 5, 6]], [[-1, 0, -2]]]])
    w = np.array([[[[1, 2]], [[1, 0]]]])
    assert np.array_equal(submission.conv2d(x, w), [[[[15, 28]]], [[[13, 17]]]])
