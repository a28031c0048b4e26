# expect: error, at most 0
"""Reads address 0."""

import ctypes


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    return ctypes.string_at(0)
