# expect: graded, exactly 20
"""Prints one letter with thousands of accents, wide letters and letters without width."""

import numpy as np

print("e" + "\u0301\u0489" * 5000, "\u3000\uff26" * 500, "\u200b\ufeff\u00ad" * 500, "\ufdfd" * 100)


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels differ")
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    window = [dilation * (size - 1) + 1 for size in w.shape[2:]]
    taps = np.lib.stride_tricks.sliding_window_view(x, window, (2, 3))
    y = np.einsum("nchwij,ocij->nohw", taps[:, :, ::stride, ::stride, ::dilation, ::dilation], w)
    return y if b is None else y + b[:, None, None]
