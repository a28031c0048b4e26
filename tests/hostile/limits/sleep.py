# expect: timeout, at most 0
"""Uses no processor time at all, for a very long time."""

import time


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    time.sleep(1e9)
