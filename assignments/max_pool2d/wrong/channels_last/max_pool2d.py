# What: expects the channels in the last axis, as image libraries store them
import numpy as np


def max_pool2d(x, kernel_size, stride=None, padding=0):
    """Take the largest number in each window."""
    if stride is None:
        stride = kernel_size
    if padding > kernel_size // 2:
        raise ValueError("padding")
    n, h, w, c = x.shape
    oh = (h + 2 * padding - kernel_size) // stride + 1
    ow = (w + 2 * padding - kernel_size) // stride + 1
    around = ((0, 0), (padding, padding), (padding, padding), (0, 0))
    xp = np.pad(x, around, constant_values=-np.inf)
    y = np.empty((n, oh, ow, c), x.dtype)
    for r in range(oh):
        for s in range(ow):
            top, left = r * stride, s * stride
            window = xp[:, top : top + kernel_size, left : left + kernel_size]
            y[:, r, s] = window.max(axis=(1, 2))
    return y
