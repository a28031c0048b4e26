# What: reckons the strides from the shape, as if each array lay in memory in order
import numpy as np
from numpy.lib.stride_tricks import as_strided


def max_pool2d(x, kernel_size, stride=None, padding=0):
    """Take the largest number in each window."""
    if stride is None:
        stride = kernel_size
    if padding > kernel_size // 2:
        raise ValueError("padding")
    n, c, h, w = x.shape
    oh = (h + 2 * padding - kernel_size) // stride + 1
    ow = (w + 2 * padding - kernel_size) // stride + 1
    around = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    xp = np.pad(x, around, constant_values=-np.inf) if padding else x
    _, _, h, w = xp.shape
    steps = (c * h * w, h * w, stride * w, stride, w, 1)
    flat = xp.ravel(order="K")
    windows = as_strided(flat, (n, c, oh, ow, kernel_size, kernel_size), [flat.itemsize * step for step in steps])
    return windows.max(axis=(4, 5))
