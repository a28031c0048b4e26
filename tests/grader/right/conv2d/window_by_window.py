"""Two loops over the output, each window times all filters in double precision; cast once at the end."""

import numpy as np


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    dtype = np.result_type(x, w) if b is None else np.result_type(x, w, b)
    if x.shape[1] != w.shape[1]:
        raise ValueError("x and w have different numbers of channels")
    _, _, kh, kw = w.shape
    xp = np.pad(x.astype(np.float64), [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    lines = []
    for top in range(0, xp.shape[2] - dilation * (kh - 1), stride):
        line = []
        for left in range(0, xp.shape[3] - dilation * (kw - 1), stride):
            patch = xp[
                :, :, top : top + dilation * (kh - 1) + 1 : dilation, left : left + dilation * (kw - 1) + 1 : dilation
            ]
            line.append((patch[:, None] * w[None]).sum(axis=(2, 3, 4)))
        lines.append(line)
    if not lines or not lines[0]:
        raise ValueError("the window exceeds the padded input")
    y = np.array(lines).transpose(2, 3, 0, 1)
    if b is not None:
        y += b.astype(np.float64)[:, None, None]
    return y.astype(dtype)
