"""All windows as one view of an image that is padded with the lowest number of its dtype."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def max_pool2d(x, kernel_size, stride=None, padding=0):
    stride = stride or kernel_size
    if padding > kernel_size // 2:
        raise ValueError("padding")
    padded = np.pad(x, ((0, 0), (0, 0), (padding,) * 2, (padding,) * 2), constant_values=np.finfo(x.dtype).min)
    windows = sliding_window_view(padded, (kernel_size, kernel_size), axis=(2, 3))
    return windows[:, :, ::stride, ::stride].max(axis=(-2, -1))
