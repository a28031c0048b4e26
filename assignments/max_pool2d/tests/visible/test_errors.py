"""Calls that make no sense."""

import numpy as np


def test_too_much_padding(submission):
    """With padding 2 a window of 3 could stand on padding alone, at least in the rows."""
    try:
        submission.max_pool2d(np.ones((1, 1, 4, 5)), 3, padding=2)
    except ValueError:
        return
    raise AssertionError("no ValueError")
