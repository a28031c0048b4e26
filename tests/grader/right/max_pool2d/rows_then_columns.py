"""The maximum along the rows first and then along the columns, with images turned in between."""

import numpy as np


def along_last(x, kernel_size, stride, padding):
    margin = np.full((*x.shape[:-1], padding), -np.inf, x.dtype)
    x = np.concatenate([margin, x, margin], axis=-1)
    count = (x.shape[-1] - kernel_size) // stride + 1
    return np.stack([x[..., k * stride : k * stride + kernel_size].max(axis=-1) for k in range(count)], axis=-1)


def max_pool2d(x, kernel_size, stride=None, padding=0):
    if padding > kernel_size // 2:
        raise ValueError("padding")
    if stride is None:
        stride = kernel_size
    for _ in range(2):
        x = along_last(x, kernel_size, stride, padding).swapaxes(2, 3)
    return x
