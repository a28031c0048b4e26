# What: computes in float32 and returns float64
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
    xp = np.zeros((n, c, h + 2 * padding, width + 2 * padding), np.float32)
    xp[:, :, padding : padding + h, padding : padding + width] = x
    columns = []
    for r in range(oh):
        for s in range(ow):
            rows = slice(r * stride, r * stride + dilation * (kh - 1) + 1, dilation)
            places = slice(s * stride, s * stride + dilation * (kw - 1) + 1, dilation)
            columns.append(xp[:, :, rows, places].reshape(n, -1))
    y = np.stack(columns, axis=-1).transpose(0, 2, 1) @ w.reshape(o, -1).T.astype(np.float32)
    if b is not None:
        y = y + b
    return (
        y.transpose(0, 2, 1)
        .reshape(n, o, oh, ow)
        .astype(np.result_type(x, w) if b is None else np.result_type(x, w, b))
    )
