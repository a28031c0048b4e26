# expect: graded, at most 0
"""Raises an exception whose text would be a command on a line of its own."""


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    raise ValueError("wrong\n::error::passed\r\n::add-mask::20\n")
