# expect: graded, exactly 20
"""Fills its namespace with names that are no names: texts with line breaks, markup, other types than text."""

import numpy as np

for name in ("a\nb", "<b>x</b>", "\x1b[2J", "\u202econv2d", "conv2d\x00", "", "x" * 10_000):
    globals()[name] = name
globals().update({f"name_{number}": number for number in range(1000)})
dict.__setitem__(globals(), 7, "seven")


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels differ")
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    window = [dilation * (size - 1) + 1 for size in w.shape[2:]]
    taps = np.lib.stride_tricks.sliding_window_view(x, window, (2, 3))
    y = np.einsum("nchwij,ocij->nohw", taps[:, :, ::stride, ::stride, ::dilation, ::dilation], w)
    return y if b is None else y + b[:, None, None]
