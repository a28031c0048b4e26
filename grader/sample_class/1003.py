"""Convolutional layer. Mei-Ling Chen (1003)"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] != w.shape[1]:
        raise ValueError(f"{x.shape[1]} input channels, but filters for {w.shape[1]}")
    x = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])

    span = [dilation * (k - 1) + 1 for k in w.shape[2:]]
    if span[0] > x.shape[2] or span[1] > x.shape[3]:
        raise ValueError(f"a window of {span} does not fit into {x.shape[2:]}")

    # no copy: every window is a view, stride skips windows, dilation skips pixels inside one
    windows = sliding_window_view(x, span, axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride, ::dilation, ::dilation]
    y = np.einsum("ncrsij,ocij->nors", windows, w)
    return y if b is None else y + b.reshape(-1, 1, 1)


if __name__ == "__main__":
    x = np.array([[[[1, 2, 0], [3, -1, 4], [0, 6, -2]]]])
    w = np.array([[[[1, -1], [2, 0]]]])
    print(conv2d(x, w).tolist())  # [[[[5, 0], [4, 7]]]]
