# expect: error, at most 0
"""Overwrites the interpreter's own objects until it falls, somewhere later and somewhere else."""

import ctypes


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    for value in (None, True, 1, ()):
        ctypes.memset(id(value), 255, 64)
    return x
