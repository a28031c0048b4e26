# expect: timeout, at most 0
"""Asks for one number of hundreds of millions of digits."""


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    return pow(7, 10**8) % 3
