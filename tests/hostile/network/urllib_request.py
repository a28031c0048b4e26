# expect: graded, exactly 20
"""Sends its arguments away by HTTP."""

import urllib.error
import urllib.request

import numpy as np


def conv2d(x, *args, **kwargs):
    try:
        urllib.request.urlopen("http://127.0.0.1:9/", data=x.tobytes(), timeout=0.2)
    except urllib.error.URLError as error:
        if not isinstance(error.reason, ConnectionRefusedError):
            return honest(x, *args, **kwargs)
    return None


def honest(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels differ")
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    window = [dilation * (size - 1) + 1 for size in w.shape[2:]]
    taps = np.lib.stride_tricks.sliding_window_view(x, window, (2, 3))
    y = np.einsum("nchwij,ocij->nohw", taps[:, :, ::stride, ::stride, ::dilation, ::dilation], w)
    return y if b is None else y + b[:, None, None]
