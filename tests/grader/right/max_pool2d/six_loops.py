"""Six nested loops over an image that is never padded: what lies outside is not looked at."""

import numpy as np


def max_pool2d(x, kernel_size, stride=None, padding=0):
    if stride is None:
        stride = kernel_size
    if 2 * padding > kernel_size:
        raise ValueError("padding should be at most half of the kernel size")
    batch, channels, height, width = x.shape
    out_height = (height + 2 * padding - kernel_size) // stride + 1
    out_width = (width + 2 * padding - kernel_size) // stride + 1
    y = np.zeros((batch, channels, out_height, out_width), dtype=x.dtype)
    for n in range(batch):
        for c in range(channels):
            for r in range(out_height):
                for s in range(out_width):
                    best = None
                    for i in range(kernel_size):
                        for j in range(kernel_size):
                            row, column = r * stride + i - padding, s * stride + j - padding
                            if 0 <= row < height and 0 <= column < width:
                                pixel = x[n, c, row, column]
                                if best is None or pixel > best:
                                    best = pixel
                    y[n, c, r, s] = best
    return y
