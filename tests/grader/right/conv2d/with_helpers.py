"""A class and helpers beside the function, names that are not ours, and output on the way."""

import numpy as np


class Window:
    def __init__(self, size, kernel, stride, padding, dilation):
        self.reach = dilation * (kernel - 1) + 1
        self.count = (size + 2 * padding - self.reach) // stride + 1
        if self.reach > size + 2 * padding:
            raise ValueError(f"a window of {self.reach} in {size + 2 * padding}")
        self.starts = [stride * k for k in range(self.count)]


def pad(image, amount):
    if not amount:
        return image
    shape = list(image.shape)
    shape[-1] += 2 * amount
    shape[-2] += 2 * amount
    wider = np.zeros(shape, image.dtype)
    wider[..., amount:-amount, amount:-amount] = image
    return wider


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] != w.shape[1]:
        raise ValueError
    down = Window(x.shape[2], w.shape[2], stride, padding, dilation)
    right = Window(x.shape[3], w.shape[3], stride, padding, dilation)
    padded = pad(x, padding)
    result = np.empty((len(x), len(w), down.count, right.count), np.result_type(x, w))
    for n, image in enumerate(padded):
        for o, kernel in enumerate(w):
            for r, top in enumerate(down.starts):
                for s, left in enumerate(right.starts):
                    patch = image[:, top : top + down.reach : dilation, left : left + right.reach : dilation]
                    result[n, o, r, s] = np.vdot(patch.copy(), kernel.copy())
    return result if b is None else result + b.reshape(1, -1, 1, 1)
