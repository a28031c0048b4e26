# What: reckons the strides from the shape, as if each array lay in memory in order
import numpy as np
from numpy.lib.stride_tricks import as_strided


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    """Cross-correlate the images with the filters."""
    n, c, _, _ = x.shape
    _, c_w, kh, kw = w.shape
    if c != c_w:
        raise ValueError("channels")
    dtype = np.result_type(x, w) if b is None else np.result_type(x, w, b)
    if padding:
        x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    _, _, h, width = x.shape
    oh = (h - dilation * (kh - 1) - 1) // stride + 1
    ow = (width - dilation * (kw - 1) - 1) // stride + 1
    if oh < 1 or ow < 1:
        raise ValueError("window")
    size = x.itemsize
    steps = (c * h * width, h * width, stride * width, stride, dilation * width, dilation)
    flat = x.ravel(order="K")
    windows = as_strided(flat, (n, c, oh, ow, kh, kw), [size * step for step in steps])
    y = np.einsum("nchwij,ocij->nohw", windows, w)
    return (y if b is None else y + b[:, None, None]).astype(dtype)
