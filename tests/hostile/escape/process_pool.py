# expect: graded, exactly 20
"""Has other processes do its work, by each module that starts some."""

import multiprocessing
import os
import subprocess
import sys

import numpy as np

STARTED = []
for start in (
    lambda: multiprocessing.get_context("fork").Process(target=print).start(),
    lambda: subprocess.run([sys.executable, "-c", ""], check=True),
    lambda: os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {}),
    lambda: os.popen("true").close() or "ran",
    lambda: os.forkpty(),
):
    try:
        STARTED.append(start())
    except OSError:
        continue
STARTED += [1] if os.system("true") == 0 else []


def conv2d(*args, **kwargs):
    return str(STARTED) if STARTED else honest(*args, **kwargs)


def honest(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels differ")
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    window = [dilation * (size - 1) + 1 for size in w.shape[2:]]
    taps = np.lib.stride_tricks.sliding_window_view(x, window, (2, 3))
    y = np.einsum("nchwij,ocij->nohw", taps[:, :, ::stride, ::stride, ::dilation, ::dilation], w)
    return y if b is None else y + b[:, None, None]
