# What: multiplies the window in place, and the window is a view of the image
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
    dtype = np.result_type(x, w) if b is None else np.result_type(x, w, b)
    xp = x
    if padding:
        xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    y = np.zeros((n, o, oh, ow), dtype)
    for k in range(o):
        for r in range(oh):
            for s in range(ow):
                rows = slice(r * stride, r * stride + dilation * (kh - 1) + 1, dilation)
                columns = slice(s * stride, s * stride + dilation * (kw - 1) + 1, dilation)
                window = xp[:, :, rows, columns]
                if window.dtype == dtype:
                    window *= w[k]
                else:
                    window = window * w[k]
                y[:, k, r, s] = window.sum(axis=(1, 2, 3))
    return y if b is None else y + b[:, None, None]
