# What: counts the padding in the output size but leaves the border of the output empty
import numpy as np


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    """Cross-correlate the images with the filters."""
    n, c, h, width = x.shape
    f, c_w, kh, kw = w.shape
    if c != c_w:
        raise ValueError("different channels")
    oh = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    ow = (width + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    if oh <= 0 or ow <= 0:
        raise ValueError("kernel too large")
    out = np.zeros((n, f, oh, ow), dtype=np.result_type(x, w, *([] if b is None else [b])))
    for r in range(oh):
        for s in range(ow):
            top, left = r * stride, s * stride
            window = x[
                :, :, top : top + dilation * (kh - 1) + 1 : dilation, left : left + dilation * (kw - 1) + 1 : dilation
            ]
            if window.shape[2:] == (kh, kw):
                out[:, :, r, s] = np.tensordot(window, w, axes=([1, 2, 3], [1, 2, 3]))
    if b is not None:
        out += b[None, :, None, None]
    return out
