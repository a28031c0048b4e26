"""Convolution of a batch of images, as in a convolutional layer."""

import numpy as np


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    """Cross-correlate each image with each filter and add the bias.

    The two loops run over the taps of the kernel, not over the output. For one tap, the pixels
    that it meets while the window moves lie `stride` apart, so they are a slice of the padded
    images, as large as the output. What this tap gives to all outputs at once is a product of its
    weights, a matrix (C_out, C_in), with that slice.

    Args:
        x: images of shape (N, C_in, H, W).
        w: filters of shape (C_out, C_in, KH, KW).
        b: bias of shape (C_out,), or None for no bias.
        stride: how far the window moves from one output to the next, along both axes.
        padding: rows and columns of zeros on all four sides.
        dilation: distance between neighbouring taps of the kernel; 1 means no gaps.

    Returns:
        An array of shape (N, C_out, OH, OW) and of the dtype that numpy gives to x, w and b
        together, on memory of its own.

    Raises:
        ValueError: images and filters differ in their channels, or the window does not fit.
    """
    n, c_in, h, width = x.shape
    c_out, c_w, kh, kw = w.shape
    if c_in != c_w:
        raise ValueError(f"the images have {c_in} channels, the filters {c_w}")
    oh = (h + 2 * padding - dilation * (kh - 1) - 1) // stride + 1
    ow = (width + 2 * padding - dilation * (kw - 1) - 1) // stride + 1
    if oh < 1 or ow < 1:
        raise ValueError(f"the window of a {kh}x{kw} kernel does not fit into {h}x{width} with padding {padding}")

    dtype = np.result_type(x, w) if b is None else np.result_type(x, w, b)
    padded = np.zeros((n, c_in, h + 2 * padding, width + 2 * padding), dtype)
    padded[:, :, padding : padding + h, padding : padding + width] = x

    y = np.zeros((n, c_out, oh, ow), dtype)
    for i in range(kh):
        rows = slice(i * dilation, i * dilation + stride * (oh - 1) + 1, stride)
        for j in range(kw):
            columns = slice(j * dilation, j * dilation + stride * (ow - 1) + 1, stride)
            y += np.einsum("oc,nchw->nohw", w[:, :, i, j].astype(dtype), padded[:, :, rows, columns])
    if b is not None:
        y += b[:, np.newaxis, np.newaxis]
    return y
