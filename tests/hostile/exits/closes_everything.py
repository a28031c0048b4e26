# expect: error, at most 0
"""Closes all descriptors, the one to the grader too, and then waits."""

import os
import time


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    os.closerange(0, 1024)
    time.sleep(1e9)
