"""as_strided over an array padded by hand, and tensordot."""

import numpy as np
from numpy.lib.stride_tricks import as_strided


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    n, c, h, width = x.shape
    _, c_w, kh, kw = w.shape
    if c != c_w:
        raise ValueError(f"expected {c_w} channels, got {c}")
    padded = np.zeros((n, c, h + 2 * padding, width + 2 * padding), x.dtype)
    padded[:, :, padding : h + padding, padding : width + padding] = x
    oh = (padded.shape[2] - dilation * (kh - 1) - 1) // stride + 1
    ow = (padded.shape[3] - dilation * (kw - 1) - 1) // stride + 1
    if oh < 1 or ow < 1:
        raise ValueError("the kernel is larger than the padded image")
    s_n, s_c, s_h, s_w = padded.strides
    windows = as_strided(
        padded,
        (n, c, kh, kw, oh, ow),
        (s_n, s_c, dilation * s_h, dilation * s_w, stride * s_h, stride * s_w),
        writeable=False,
    )
    y = np.tensordot(w, windows, axes=([1, 2, 3], [1, 2, 3])).transpose(1, 0, 2, 3)
    return y if b is None else y + b[:, None, None]
