# expect: timeout, at most 0
"""Raises an exception whose text is computed for ever."""


class Endless(Exception):
    def __str__(self):
        while True:
            pass


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    raise Endless
