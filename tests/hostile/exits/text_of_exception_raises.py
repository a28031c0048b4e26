# expect: graded, at most 0
"""Raises an exception that raises another when anybody reads it."""


class Unreadable(Exception):
    def __str__(self):
        raise SystemExit(0)

    __repr__ = __format__ = __reduce__ = __str__


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    raise Unreadable
