# expect: graded or partial, at most 20
"""Has the stacks of all threads printed again and again, the worker's too; that may crash its own process (partial)."""

import faulthandler

import numpy as np

faulthandler.enable(file=1)
faulthandler.dump_traceback_later(0.002, repeat=True, file=1)


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels differ")
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    window = [dilation * (size - 1) + 1 for size in w.shape[2:]]
    taps = np.lib.stride_tricks.sliding_window_view(x, window, (2, 3))
    y = np.einsum("nchwij,ocij->nohw", taps[:, :, ::stride, ::stride, ::dilation, ::dilation], w)
    return y if b is None else y + b[:, None, None]
