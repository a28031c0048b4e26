# What: takes the height of the kernel for its width too
import numpy as np


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    """Cross-correlate the images with the filters."""
    n, c, h, width = x.shape
    o, c_w, k, _ = w.shape
    if c != c_w:
        raise ValueError("channels")
    oh = (h + 2 * padding - dilation * (k - 1) - 1) // stride + 1
    ow = (width + 2 * padding - dilation * (k - 1) - 1) // stride + 1
    if oh < 1 or ow < 1 or dilation * (w.shape[3] - 1) >= width + 2 * padding:
        raise ValueError("window")
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    y = np.zeros((n, o, oh, ow), np.result_type(x, w) if b is None else np.result_type(x, w, b))
    for r in range(oh):
        for s in range(ow):
            top, left = r * stride, s * stride
            window = xp[
                :, :, top : top + dilation * (k - 1) + 1 : dilation, left : left + dilation * (k - 1) + 1 : dilation
            ]
            y[:, :, r, s] = np.einsum("ncij,ocij->no", window, w[:, :, :, :k])
    return y if b is None else y + b[:, None, None]
