# expect: timeout, at most 0
"""Stops its own process, so that it neither works nor ends."""

import os
import signal
import time


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(1e9)
