# expect: graded, exactly 20
"""Would kill itself so that it looks like a kill from outside, which is our fault and graded again."""

import os
import resource
import signal

import numpy as np

REFUSED = 0
for attempt in (
    lambda: os.kill(os.getpid(), signal.SIGKILL),
    lambda: signal.raise_signal(signal.SIGKILL),
    lambda: resource.setrlimit(resource.RLIMIT_CPU, (0, 0)),
):
    try:
        attempt()
    except (OSError, ValueError):
        REFUSED += 1


def conv2d(*args, **kwargs):
    return honest(*args, **kwargs) if REFUSED == 3 else None


def honest(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels differ")
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    window = [dilation * (size - 1) + 1 for size in w.shape[2:]]
    taps = np.lib.stride_tricks.sliding_window_view(x, window, (2, 3))
    y = np.einsum("nchwij,ocij->nohw", taps[:, :, ::stride, ::stride, ::dilation, ::dilation], w)
    return y if b is None else y + b[:, None, None]
