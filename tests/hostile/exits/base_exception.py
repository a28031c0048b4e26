# expect: graded, at most 0
"""Raises a class of its own that no `except Exception` catches."""


class Ending(BaseException):
    pass


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    raise Ending
