# What: computes the outputs of stride 1 and keeps the first ones instead of those a stride apart
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    """Cross-correlate the images with the filters."""
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels")
    dtype = np.result_type(x, w) if b is None else np.result_type(x, w, b)
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    spans = [dilation * (k - 1) + 1 for k in w.shape[2:]]
    windows = sliding_window_view(xp, spans, axis=(2, 3))[..., ::dilation, ::dilation]
    oh, ow = ((size - 1) // stride + 1 for size in windows.shape[2:4])
    y = np.einsum("nchwij,ocij->nohw", windows, w)[:, :, :oh, :ow]
    return (y if b is None else y + b[:, None, None]).astype(dtype)
