# What: gives the function another name
import numpy as np


def maxpool2d(x, kernel_size, stride=None, padding=0):
    """Take the largest number in each window."""
    if stride is None:
        stride = kernel_size
    if padding > kernel_size // 2:
        raise ValueError("padding")
    n, c, h, w = x.shape
    oh = (h + 2 * padding - kernel_size) // stride + 1
    ow = (w + 2 * padding - kernel_size) // stride + 1
    around = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    xp = np.pad(x, around, constant_values=-np.inf)
    y = np.empty((n, c, oh, ow), x.dtype)
    for r in range(oh):
        for s in range(ow):
            top, left = r * stride, s * stride
            window = xp[:, :, top : top + kernel_size, left : left + kernel_size]
            y[:, :, r, s] = window.max(axis=(2, 3))
    return y
