# expect: graded, exactly 20
"""Lets threads run on after the answer, which print, write files and keep the processor busy."""

import itertools
import threading

import numpy as np


def stay():
    for number in itertools.count():
        print("still here" * (number % 1000 == 0), end="", flush=True)


def conv2d(*args, **kwargs):
    if threading.active_count() == 1:
        threading.Thread(target=stay).start()
    return honest(*args, **kwargs)


def honest(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels differ")
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    window = [dilation * (size - 1) + 1 for size in w.shape[2:]]
    taps = np.lib.stride_tricks.sliding_window_view(x, window, (2, 3))
    y = np.einsum("nchwij,ocij->nohw", taps[:, :, ::stride, ::stride, ::dilation, ::dilation], w)
    return y if b is None else y + b[:, None, None]
