"""Max pooling of a batch of images."""

import numpy as np


def max_pool2d(x, kernel_size, stride=None, padding=0):
    """Take the largest number in each window of each channel.

    The two loops run over the places in the window, not over the output. The pixels that one place
    meets while the window moves lie `stride` apart, so they are a slice of the padded images, as
    large as the output. Each output is the largest of the pixels that its window's places meet.

    Args:
        x: images of shape (N, C, H, W), of a floating dtype.
        kernel_size: height and width of the window.
        stride: how far the window moves from one output to the next, along both axes; None means
            kernel_size.
        padding: rows and columns on all four sides, lower than every number.

    Returns:
        An array of shape (N, C, OH, OW) and of the dtype of x, on memory of its own.

    Raises:
        ValueError: the padding is more than half of the window, so that a window may lie in it alone.
    """
    if padding > kernel_size // 2:
        raise ValueError(f"padding {padding} is more than half of a window of {kernel_size}")
    if stride is None:
        stride = kernel_size
    n, c, h, w = x.shape
    oh = (h + 2 * padding - kernel_size) // stride + 1
    ow = (w + 2 * padding - kernel_size) // stride + 1

    padded = np.full((n, c, h + 2 * padding, w + 2 * padding), -np.inf, x.dtype)
    padded[:, :, padding : padding + h, padding : padding + w] = x

    y = np.full((n, c, oh, ow), -np.inf, x.dtype)
    for i in range(kernel_size):
        rows = slice(i, i + stride * (oh - 1) + 1, stride)
        for j in range(kernel_size):
            columns = slice(j, j + stride * (ow - 1) + 1, stride)
            np.maximum(y, padded[:, :, rows, columns], out=y)
    return y
