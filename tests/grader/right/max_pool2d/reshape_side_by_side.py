"""A reshape where the windows lie side by side, and a window at a time where they do not."""

import numpy as np


def max_pool2d(x, kernel_size, stride=None, padding=0):
    if stride is None:
        stride = kernel_size
    if padding > kernel_size // 2:
        raise ValueError("too much padding")
    if padding:
        x = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)], constant_values=-np.inf)
    n, c, h, w = x.shape
    if stride == kernel_size:
        rows, columns = h // kernel_size, w // kernel_size
        x = x[:, :, : rows * kernel_size, : columns * kernel_size]
        return x.reshape(n, c, rows, kernel_size, columns, kernel_size).max(axis=5).max(axis=3)
    tops = range(0, h - kernel_size + 1, stride)
    lefts = range(0, w - kernel_size + 1, stride)
    windows = [[x[:, :, i : i + kernel_size, j : j + kernel_size].max(axis=(2, 3)) for j in lefts] for i in tops]
    return np.array(windows).transpose(2, 3, 0, 1)
