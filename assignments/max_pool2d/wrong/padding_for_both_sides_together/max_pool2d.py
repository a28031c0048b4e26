# What: takes the padding for the sum of both sides
import numpy as np


def max_pool2d(x, kernel_size, stride=None, padding=0):
    """Take the largest number in each window."""
    if stride is None:
        stride = kernel_size
    if padding > kernel_size // 2:
        raise ValueError("padding")
    n, c, h, w = x.shape
    oh = (h + padding - kernel_size) // stride + 1
    ow = (w + padding - kernel_size) // stride + 1
    around = ((0, 0), (0, 0), (padding // 2, padding - padding // 2), (padding // 2, padding - padding // 2))
    xp = np.pad(x, around, constant_values=-np.inf)
    y = np.empty((n, c, oh, ow), x.dtype)
    for r in range(oh):
        for s in range(ow):
            top, left = r * stride, s * stride
            window = xp[:, :, top : top + kernel_size, left : left + kernel_size]
            y[:, :, r, s] = window.max(axis=(2, 3))
    return y
