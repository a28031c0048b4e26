# expect: memory, at most 0
"""Returns an array of a terabyte."""

import numpy as np


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    return np.ones(1 << 37)
