"""Six nested loops over an image that is never padded: what lies outside counts as nothing."""

import numpy as np


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    batch, channels, height, width = x.shape
    filters, channels_w, kernel_height, kernel_width = w.shape
    if channels != channels_w:
        raise ValueError("the numbers of channels differ")
    out_height = (height + 2 * padding - dilation * (kernel_height - 1) - 1) // stride + 1
    out_width = (width + 2 * padding - dilation * (kernel_width - 1) - 1) // stride + 1
    if out_height <= 0 or out_width <= 0:
        raise ValueError("the kernel is too large")
    dtype = np.result_type(x, w) if b is None else np.result_type(x, w, b)
    y = np.zeros((batch, filters, out_height, out_width), dtype=dtype)
    for n in range(batch):
        for o in range(filters):
            for r in range(out_height):
                for s in range(out_width):
                    total = 0 if b is None else b[o]
                    for c in range(channels):
                        for i in range(kernel_height):
                            for j in range(kernel_width):
                                row = r * stride + i * dilation - padding
                                column = s * stride + j * dilation - padding
                                if 0 <= row < height and 0 <= column < width:
                                    total += x[n, c, row, column] * w[o, c, i, j]
                    y[n, o, r, s] = total
    return y
