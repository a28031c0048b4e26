# What: lets a negative index reach the far side of the image
import numpy as np


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    """Cross-correlate the images with the filters."""
    n, c, h, width = x.shape
    o, c_w, kh, kw = w.shape
    if c != c_w:
        raise ValueError("channels")
    oh = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    ow = (width + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    if oh < 1 or ow < 1:
        raise ValueError("window")
    y = np.zeros((n, o, oh, ow), np.result_type(x, w) if b is None else np.result_type(x, w, b))
    for r in range(oh):
        for s in range(ow):
            for i in range(kh):
                for j in range(kw):
                    row = r * stride - padding + i * dilation
                    column = s * stride - padding + j * dilation
                    if row < h and column < width:
                        y[:, :, r, s] += x[:, :, row, column] @ w[:, :, i, j].T
    return y if b is None else y + b[:, None, None]
