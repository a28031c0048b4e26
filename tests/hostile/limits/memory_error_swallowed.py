# expect: memory or timeout, at most 0
"""Takes memory without end and catches MemoryError; which limit ends it depends on who keeps that on memory."""


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    hoard = []
    while True:
        try:
            hoard.append(bytearray(8 << 20))
        except MemoryError:
            continue
