# expect: graded, at most 0
"""Returns an integer that takes hours to print."""


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    return 1 << 10**8
