# expect: memory or timeout, at most 0
"""Takes memory of its own without end."""


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    hoard = []
    while True:
        hoard.append(bytearray(1 << 20))
