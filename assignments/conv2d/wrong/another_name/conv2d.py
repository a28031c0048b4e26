# What: gives the function another name
import numpy as np


def convolve2d(x, w, b=None, stride=1, padding=0, dilation=1):
    """Cross-correlate the images with the filters."""
    n, c, h, width = x.shape
    o, _, kh, kw = w.shape
    if c != w.shape[1]:
        raise ValueError("channels")
    oh = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    ow = (width + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    if oh < 1 or ow < 1:
        raise ValueError("window")
    dtype = np.result_type(x, w) if b is None else np.result_type(x, w, b)
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    y = np.zeros((n, o, oh, ow), dtype)
    for i in range(kh):
        for j in range(kw):
            patch = xp[
                :,
                :,
                i * dilation : i * dilation + stride * (oh - 1) + 1 : stride,
                j * dilation : j * dilation + stride * (ow - 1) + 1 : stride,
            ]
            y += np.einsum("oc,nchw->nohw", w[:, :, i, j], patch)
    if b is not None:
        y += b.reshape(1, -1, 1, 1)
    return y
