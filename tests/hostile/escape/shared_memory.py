# expect: graded, exactly 20
"""Leaves memory behind that belongs to no process: in /dev/shm, and of System V."""

import ctypes
from multiprocessing import shared_memory

import numpy as np

CREATE = 0o1600
LEFT = []
try:
    LEFT.append(shared_memory.SharedMemory("convmark-was-here", create=True, size=4096))
except OSError:
    pass
libc = ctypes.CDLL(None, use_errno=True)
LEFT += [
    call for call in (libc.shmget(7, 4096, CREATE), libc.msgget(7, CREATE), libc.semget(7, 1, CREATE)) if call != -1
]


def conv2d(*args, **kwargs):
    return str(LEFT) if LEFT else honest(*args, **kwargs)


def honest(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels differ")
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    window = [dilation * (size - 1) + 1 for size in w.shape[2:]]
    taps = np.lib.stride_tricks.sliding_window_view(x, window, (2, 3))
    y = np.einsum("nchwij,ocij->nohw", taps[:, :, ::stride, ::stride, ::dilation, ::dilation], w)
    return y if b is None else y + b[:, None, None]
