# expect: graded, at most 0
"""Returns an array that claims a terabyte and lies in eight bytes: whoever copies it runs out of memory."""

import numpy as np


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    return np.broadcast_to(np.float64(1), (1 << 37,))
