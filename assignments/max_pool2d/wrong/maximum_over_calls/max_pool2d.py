# What: keeps its output array between calls and only ever raises what is in it
import numpy as np

OUTPUTS = {}


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
    fresh = np.full((n, c, oh, ow), -np.inf, x.dtype)
    y = OUTPUTS.setdefault((n, c, oh, ow, x.dtype), fresh)
    for i in range(kernel_size):
        for j in range(kernel_size):
            rows = slice(i, i + stride * (oh - 1) + 1, stride)
            columns = slice(j, j + stride * (ow - 1) + 1, stride)
            np.maximum(y, xp[:, :, rows, columns], out=y)
    return y.copy()
