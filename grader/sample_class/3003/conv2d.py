# Ольга Кузнецова, 3003
import numpy as np


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    n, c, _, _ = x.shape
    c_out, c_in, kh, kw = w.shape
    if c != c_in:
        raise ValueError("каналы x и w не совпадают")

    # дополняем нулями
    x = np.pad(x, ((0, 0), (0, 0), (0, padding), (0, padding)))
    height, width = x.shape[2:]
    oh = (height - dilation * (kh - 1) - 1) // stride + 1
    ow = (width - dilation * (kw - 1) - 1) // stride + 1
    if oh < 1 or ow < 1:
        raise ValueError("окно не помещается")

    y = np.empty((n, c_out, oh, ow), np.result_type(x, w))
    for r in range(oh):
        for s in range(ow):
            window = x[:, :, r * stride : r * stride + dilation * kh : dilation,
                             s * stride : s * stride + dilation * kw : dilation]
            y[:, :, r, s] = np.tensordot(window, w, axes=((1, 2, 3), (1, 2, 3)))
    if b is None:
        return y
    return y + b[None, :, None, None]
