# expect: graded, at most 0
"""Calls itself without end, within Python's own limit."""


def conv2d(*args, **kwargs):
    return conv2d(*args, **kwargs)
