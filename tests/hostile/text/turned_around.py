# expect: graded, at most 0
"""Turns the letters after it around, in output and exception, so that a page says something else than it holds."""

print("score \u202e02 fo 02\u202c \u2066\u2067\u2069 \u200f\u061c")


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    raise ValueError("\u202edessap\u2066")
