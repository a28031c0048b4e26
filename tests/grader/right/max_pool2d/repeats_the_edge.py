"""Padding with the nearest pixels: the window meets those as well, so they change nothing."""

import numpy as np


def max_pool2d(x, kernel_size, stride=None, padding=0):
    if padding > kernel_size // 2:
        raise ValueError("padding")
    stride = kernel_size if stride is None else stride
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="edge")
    rows, columns = ((size - kernel_size) // stride + 1 for size in padded.shape[2:])
    y = padded[:, :, : stride * rows : stride, : stride * columns : stride].copy()
    for i in range(kernel_size):
        for j in range(kernel_size):
            taps = padded[:, :, i : i + stride * (rows - 1) + 1 : stride, j : j + stride * (columns - 1) + 1 : stride]
            np.copyto(y, taps, where=taps > y)
    return y
