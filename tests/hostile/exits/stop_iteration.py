# expect: graded, at most 0
"""Raises StopIteration, which ends a caller's loop in silence where it meets a generator."""


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    raise StopIteration(x)
