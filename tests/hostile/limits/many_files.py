# expect: graded or partial, at most 20
"""Makes empty files by the thousand in one test; a file system of its own only refuses, in a common one it is ended."""

import contextlib

import numpy as np


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    for number in range(5000 if dilation == 5 else 0):
        with contextlib.suppress(OSError):
            open(f"file-{number}", "x").close()
    return honest(x, w, b, stride, padding, dilation)


def honest(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels differ")
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    window = [dilation * (size - 1) + 1 for size in w.shape[2:]]
    taps = np.lib.stride_tricks.sliding_window_view(x, window, (2, 3))
    y = np.einsum("nchwij,ocij->nohw", taps[:, :, ::stride, ::stride, ::dilation, ::dilation], w)
    return y if b is None else y + b[:, None, None]
