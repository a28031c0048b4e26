# expect: graded, at most 0
"""Raises an exception with a cause that has a cause, 50,000 long, the last of them being the first."""


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    first = error = ValueError("first")
    for number in range(50_000):
        error.__cause__ = ValueError(number)
        error = error.__cause__
    error.__context__ = first
    raise first
