"""as_strided over an array padded by hand."""

import numpy as np
from numpy.lib.stride_tricks import as_strided


def max_pool2d(x, kernel_size, stride=None, padding=0):
    k, p = kernel_size, padding
    s = k if stride is None else stride
    if p > k // 2:
        raise ValueError(f"padding {p} for a window of {k}")
    n, c, h, w = x.shape
    padded = np.full((n, c, h + 2 * p, w + 2 * p), -np.inf, dtype=x.dtype)
    padded[:, :, p : h + p, p : w + p] = x
    shape = (n, c, (padded.shape[2] - k) // s + 1, (padded.shape[3] - k) // s + 1, k, k)
    s_n, s_c, s_h, s_w = padded.strides
    return np.max(as_strided(padded, shape, (s_n, s_c, s * s_h, s * s_w, s_h, s_w), writeable=False), axis=(4, 5))
