# expect: memory or timeout, at most 0
"""Fills a shared mapping, which the limit on private memory does not see."""

import mmap
import time


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    size = 900 << 20
    area = mmap.mmap(-1, size)
    for place in range(0, size, mmap.PAGESIZE):
        area[place] = 1
    time.sleep(0.9)
