# What: expects the channels in the last axis, as image libraries store them
import numpy as np


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    """Cross-correlate the images with the filters."""
    n, h, width, c = x.shape
    kh, kw, c_w, o = w.shape
    if c != c_w:
        raise ValueError("channels")
    oh = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    ow = (width + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    if oh < 1 or ow < 1:
        raise ValueError("window")
    xp = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    y = np.zeros((n, oh, ow, o), np.result_type(x, w) if b is None else np.result_type(x, w, b))
    for i in range(kh):
        for j in range(kw):
            rows = slice(i * dilation, i * dilation + stride * (oh - 1) + 1, stride)
            columns = slice(j * dilation, j * dilation + stride * (ow - 1) + 1, stride)
            y += xp[:, rows, columns] @ w[i, j]
    return y if b is None else y + b
