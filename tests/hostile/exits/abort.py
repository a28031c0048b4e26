# expect: error, at most 0
"""Aborts, as an assertion in C does."""

import os


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    os.abort()
