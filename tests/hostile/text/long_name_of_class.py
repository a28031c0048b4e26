# expect: graded, at most 0
"""Raises an exception whose class has a name of a million letters."""


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    raise type("E" * 1_000_000, (Exception,), {})("text")
