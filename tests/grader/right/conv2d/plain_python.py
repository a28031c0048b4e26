"""Numbers of Python's own in nested lists, and numpy only at both ends."""

import numpy as np


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] != w.shape[1]:
        raise ValueError(f"{x.shape[1]} channels, but filters for {w.shape[1]}")
    size_h, size_w = ((k - 1) * dilation + 1 for k in w.shape[2:])
    rows = range(-padding, x.shape[2] + padding - size_h + 1, stride)
    columns = range(-padding, x.shape[3] + padding - size_w + 1, stride)
    if not rows or not columns:
        raise ValueError("no room for the window")
    bias = [0] * len(w) if b is None else b.tolist()
    images = x.tolist()
    inside = {(r, s) for r in range(x.shape[2]) for s in range(x.shape[3])}
    taps = [
        [
            (c, i * dilation, j * dilation, weight)
            for c, plane in enumerate(kernel)
            for i, line in enumerate(plane)
            for j, weight in enumerate(line)
        ]
        for kernel in w.tolist()
    ]

    def at(image, kernel, r, s):
        return sum(image[c][r + i][s + j] * weight for c, i, j, weight in kernel if (r + i, s + j) in inside)

    y = [
        [
            [[at(image, kernel, r, s) + offset for s in columns] for r in rows]
            for kernel, offset in zip(taps, bias, strict=True)
        ]
        for image in images
    ]
    return np.array(y, dtype=np.result_type(*(array for array in (x, w, b) if array is not None)))
