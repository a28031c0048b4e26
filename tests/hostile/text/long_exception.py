# expect: graded, at most 0
"""Raises an exception with ten megabytes of text."""


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    raise ValueError("x" * 10_000_000)
