# What: spreads the windows evenly over the image instead of moving by the stride
import numpy as np


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
    xp = np.pad(x, around, constant_values=-np.inf)
    y = np.empty((n, c, oh, ow), x.dtype)
    for r in range(oh):
        for s in range(ow):
            rows = slice(r * xp.shape[2] // oh, -(-(r + 1) * xp.shape[2] // oh))
            columns = slice(s * xp.shape[3] // ow, -(-(s + 1) * xp.shape[3] // ow))
            window = xp[:, :, rows, columns]
            y[:, :, r, s] = window.max(axis=(2, 3))
    return y
