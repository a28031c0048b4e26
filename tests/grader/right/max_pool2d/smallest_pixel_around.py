"""The smallest pixel of all as padding, which at most ties, and a minimum of the negated image."""

import numpy as np


def max_pool2d(x, kernel_size, stride=None, padding=0):
    if stride is None:
        stride = kernel_size
    if padding > kernel_size // 2:
        raise ValueError("padding")
    turned = np.pad(-x, [(0, 0), (0, 0), (padding, padding), (padding, padding)], constant_values=-x.min())
    out_h, out_w = ((size - kernel_size) // stride + 1 for size in turned.shape[2:])
    y = np.empty((*x.shape[:2], out_h, out_w), x.dtype)
    for r, s in np.ndindex(out_h, out_w):
        window = turned[:, :, r * stride :, s * stride :][:, :, :kernel_size, :kernel_size]
        y[:, :, r, s] = -np.amin(window, axis=(2, 3))
    return y
