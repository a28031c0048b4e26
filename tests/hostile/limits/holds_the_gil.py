# expect: timeout, at most 0
"""Loops in C without ever letting another thread of the process run, so no watchdog inside would help."""


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    return sum(range(10**12))
