# expect: graded, at most 0
"""Prints and raises halves of surrogate pairs, which no UTF-8 can hold."""

print("\ud800", "\udfff\ud800")


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    raise ValueError("\udcff\ud83d")
