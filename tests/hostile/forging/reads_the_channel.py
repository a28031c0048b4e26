# expect: timeout, at most 0
"""Takes the channel over: reads the next request in the worker's place, with a thread beside it, and answers none."""

import os
import threading


def steal():
    while True:
        print(os.read(3, 1 << 16)[:500])


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    threading.Thread(target=steal).start()
    steal()
