# expect: output, at most 0
"""Writes to both descriptors from four threads, past Python's streams."""

import os
import threading


def flood():
    while True:
        os.write(1, b"y" * 65536)
        os.write(2, b"z" * 65536)


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    for _ in range(4):
        threading.Thread(target=flood).start()
    while True:
        pass
