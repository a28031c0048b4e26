# expect: timeout, at most 0
"""Ignores every signal that can be ignored, catches every exception, and loops."""

import contextlib
import signal

for number in range(1, 65):
    with contextlib.suppress(OSError, ValueError):
        signal.signal(number, signal.SIG_IGN)


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
