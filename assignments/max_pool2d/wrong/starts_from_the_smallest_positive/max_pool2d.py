# What: begins at the smallest positive number and takes it for the lowest
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
    y = np.full((n, c, oh, ow), np.finfo(x.dtype).tiny, x.dtype)
    for i in range(kernel_size):
        for j in range(kernel_size):
            rows = slice(i, i + stride * (oh - 1) + 1, stride)
            columns = slice(j, j + stride * (ow - 1) + 1, stride)
            np.maximum(y, xp[:, :, rows, columns], out=y)
    return y
