# What: counts the padding in the output size but leaves the windows that lack pixels at zero
import numpy as np


def max_pool2d(x, kernel_size, stride=None, padding=0):
    """Take the largest number in each window."""
    if stride is None:
        stride = kernel_size
    if padding > kernel_size // 2:
        raise ValueError("padding")
    n, c, h, w = x.shape
    oh = (h + 2 * padding - kernel_size) // stride + 1
    ow = (w + 2 * padding - kernel_size) // stride + 1
    y = np.zeros((n, c, oh, ow), x.dtype)
    for r in range(oh):
        for s in range(ow):
            top, left = r * stride, s * stride
            window = x[:, :, top : top + kernel_size, left : left + kernel_size]
            if window.shape[2:] == (kernel_size, kernel_size):
                y[:, :, r, s] = window.max(axis=(2, 3))
    return y
