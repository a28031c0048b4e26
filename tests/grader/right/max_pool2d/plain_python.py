"""Numbers of Python's own in nested lists, and numpy only at both ends."""

import numpy as np


def max_pool2d(x, kernel_size, stride=None, padding=0):
    if padding not in range(kernel_size // 2 + 1):
        raise ValueError(f"padding {padding} is not in 0..{kernel_size // 2}")
    step = stride if stride is not None else kernel_size

    def spans(size):
        starts = range(-padding, size + padding - kernel_size + 1, step)
        return [slice(max(start, 0), start + kernel_size) for start in starts]

    def pooled(plane):
        return [
            [max(max(line[right]) for line in plane[down]) for right in spans(len(plane[0]))]
            for down in spans(len(plane))
        ]

    return np.array([[pooled(plane) for plane in image] for image in x.tolist()], dtype=x.dtype)
