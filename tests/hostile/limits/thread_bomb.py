# expect: graded or error, at most 20
"""Starts threads until it cannot; it is refused (graded) or, where threads are only counted, ended (error)."""

import threading

import numpy as np

try:
    for _ in range(1000):
        threading.Thread(target=threading.Event().wait, daemon=True).start()
except RuntimeError:
    pass


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels differ")
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    window = [dilation * (size - 1) + 1 for size in w.shape[2:]]
    taps = np.lib.stride_tricks.sliding_window_view(x, window, (2, 3))
    y = np.einsum("nchwij,ocij->nohw", taps[:, :, ::stride, ::stride, ::dilation, ::dilation], w)
    return y if b is None else y + b[:, None, None]
