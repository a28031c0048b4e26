# expect: timeout, at most 0
"""Never returns."""


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    while True:
        pass
