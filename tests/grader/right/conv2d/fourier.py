"""A product in the frequency domain: correct up to rounding, whatever one thinks of it."""

import numpy as np


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    dtype = np.result_type(*(array for array in (x, w, b) if array is not None))
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels")
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding))).astype(np.float64)
    kh, kw = w.shape[2:]
    wide = np.zeros((*w.shape[:2], dilation * (kh - 1) + 1, dilation * (kw - 1) + 1))
    wide[:, :, ::dilation, ::dilation] = w
    rows, columns = xp.shape[2] - wide.shape[2] + 1, xp.shape[3] - wide.shape[3] + 1
    if rows < 1 or columns < 1:
        raise ValueError("window")
    size = xp.shape[2:]
    spectrum = np.einsum("ncuv,ocuv->nouv", np.fft.rfft2(xp), np.fft.rfft2(wide, size).conj())
    y = np.fft.irfft2(spectrum, size)[:, :, :rows:stride, :columns:stride]
    if b is not None:
        y = y + b[:, None, None]
    return (np.rint(y) if dtype.kind in "iu" else y).astype(dtype)
