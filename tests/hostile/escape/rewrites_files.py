# expect: graded, exactly 20
"""Opens the files that the test has laid out for writing, cuts them, and changes their times and modes."""

import contextlib
import glob
import os

import numpy as np

for path in glob.glob("/tmp/convmark-canary-*"):
    for attempt in (
        lambda path: open(path, "a").write("evil"),
        lambda path: os.truncate(path, 0),
        lambda path: os.chmod(path, 0o777),
        lambda path: os.utime(path, (0, 0)),
        lambda path: os.setxattr(path, "user.evil", b"1"),
    ):
        with contextlib.suppress(OSError):
            attempt(path)


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels differ")
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    window = [dilation * (size - 1) + 1 for size in w.shape[2:]]
    taps = np.lib.stride_tricks.sliding_window_view(x, window, (2, 3))
    y = np.einsum("nchwij,ocij->nohw", taps[:, :, ::stride, ::stride, ::dilation, ::dilation], w)
    return y if b is None else y + b[:, None, None]
