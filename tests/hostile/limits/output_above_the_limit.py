# expect: output, at most 0
"""Prints without end."""


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    while True:
        print("x" * 100_000)
