# expect: graded, at most 0
"""Raises an AssertionError whose text is the report of a passed test."""


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    raise AssertionError("values: passed, 6 of 6 points\nstride_padding: passed, 6 of 6 points")
