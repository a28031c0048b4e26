# expect: graded, exactly 20
"""Writes bytes that are no UTF-8: nulls, halves of letters, what looks long and is not, and a byte order mark."""

import os

import numpy as np

os.write(1, b"\xff\xfe\x00\x00\xc0\xaf\xed\xa0\x80\xf8\x88\x80\x80\x80\xe2\x82" + bytes(1000) + bytes(range(256)))
os.write(2, "ж".encode("utf-16") + b"\x80" * 100)


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels differ")
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    window = [dilation * (size - 1) + 1 for size in w.shape[2:]]
    taps = np.lib.stride_tricks.sliding_window_view(x, window, (2, 3))
    y = np.einsum("nchwij,ocij->nohw", taps[:, :, ::stride, ::stride, ::dilation, ::dilation], w)
    return y if b is None else y + b[:, None, None]
