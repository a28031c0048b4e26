# expect: graded, at most 0
"""Returns an empty array at once and lets a thread compute the numbers into it after the clock has stopped."""

import threading
import time

import numpy as np


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    y = np.zeros((len(x), len(w), 1 + (x.shape[2] - w.shape[2]) // stride, 1 + (x.shape[3] - w.shape[3]) // stride))

    def work():
        time.sleep(0.05)
        y[:] = np.einsum("nchw,ochw->no", x, w)[..., None, None]

    threading.Thread(target=work).start()
    return y
