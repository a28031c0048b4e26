# expect: graded, at most 0
"""Raises an exception whose text and class are full of escape sequences."""


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    raise type("\x1b[32mPassed", (Exception,), {})("\x1b[2K\x1b[1A\x1b[32mpassed\x1b[0m \x9b2J")
