# expect: timeout, at most 0
"""Leaves its process group and its session, so that who kills the group misses it, and hangs."""

import contextlib
import os

with contextlib.suppress(OSError):
    os.setpgid(0, 0)
with contextlib.suppress(OSError):
    os.setsid()


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    while True:
        pass
