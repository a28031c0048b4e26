"""Windows gathered by index into columns, and one product of matrices."""

import numpy as np


def im2col_indices(shape, kernel, stride, dilation):
    channels, height, width = shape
    kh, kw = kernel
    out_h = (height - dilation * (kh - 1) - 1) // stride + 1
    out_w = (width - dilation * (kw - 1) - 1) // stride + 1
    if min(out_h, out_w) < 1:
        raise ValueError("the kernel does not fit")
    c = np.repeat(np.arange(channels), kh * kw)[:, None]
    i = (
        np.tile(np.repeat(np.arange(kh), kw), channels)[:, None] * dilation
        + np.repeat(np.arange(out_h), out_w) * stride
    )
    j = np.tile(np.arange(kw), kh * channels)[:, None] * dilation + np.tile(np.arange(out_w), out_h) * stride
    return c, i, j, out_h, out_w


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    n, channels, _, _ = x.shape
    if channels != w.shape[1]:
        raise ValueError("channels")
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="constant")
    c, i, j, out_h, out_w = im2col_indices(padded.shape[1:], w.shape[2:], stride, dilation)
    columns = padded[:, c, i, j]  # (N, C*KH*KW, OH*OW)
    y = w.reshape(len(w), -1) @ columns
    if b is not None:
        y = y + b.reshape(-1, 1)
    return y.reshape(n, len(w), out_h, out_w)
