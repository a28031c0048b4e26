"""A class and helpers beside the function, names that are not ours, and output on the way."""

import numpy as np


class Axis:
    def __init__(self, size, kernel, step, margin):
        if margin > kernel // 2:
            raise ValueError(f"a margin of {margin} beside windows of {kernel}")
        self.size, self.kernel, self.margin = size, kernel, margin
        self.count = (size + 2 * margin - kernel) // step + 1
        self.starts = [step * k - margin for k in range(self.count)]

    def pieces(self):
        for place, start in enumerate(self.starts):
            yield place, slice(max(start, 0), min(start + self.kernel, self.size))


def best(patch):
    return np.sort(patch, axis=None)[-1]


def max_pool2d(x, kernel_size, stride=None, padding=0):
    stride = kernel_size if stride is None else stride
    down = Axis(x.shape[2], kernel_size, stride, padding)
    right = Axis(x.shape[3], kernel_size, stride, padding)
    print("pooling", x.shape, "to", down.count, right.count)  # noqa: T201  # students do
    result = np.empty((len(x), x.shape[1], down.count, right.count), x.dtype)
    for n, image in enumerate(x):
        for c, plane in enumerate(image):
            for r, rows in down.pieces():
                for s, columns in right.pieces():
                    result[n, c, r, s] = best(plane[rows, columns])
    return result
