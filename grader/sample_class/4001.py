"""Aflevering: conv2d. Søren Ågård, 4001"""
import numpy as np


def _output_size(size, kernel, stride, padding, dilation):
    out = (size + 2*padding - dilation*(kernel - 1) - 1) // stride + 1
    if out < 1:
        raise ValueError("vinduet er større end billedet")
    return out


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] != w.shape[1]:
        raise ValueError("x og w har ikke lige mange kanaler")
    n, c, h, wd = x.shape
    o, _, kh, kw = w.shape
    oh = _output_size(h, kh, stride, padding, dilation)
    ow = _output_size(wd, kw, stride, padding, dilation)

    xp = np.zeros((n, c, h + 2*padding, wd + 2*padding))
    xp[:, :, padding:padding + h, padding:padding + wd] = x

    y = np.zeros((n, o, oh, ow))
    for k in range(o):
        if b is not None:
            y[:, k] = b[k]
        for i in range(kh):
            for j in range(kw):
                rows = slice(i*dilation, i*dilation + stride*(oh - 1) + 1, stride)
                cols = slice(j*dilation, j*dilation + stride*(ow - 1) + 1, stride)
                for ch in range(c):
                    y[:, k] += w[k, ch, i, j] * xp[:, ch, rows, cols]
    return y
