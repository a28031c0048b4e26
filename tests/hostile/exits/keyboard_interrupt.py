# expect: error, at most 0
"""Raises what a person raises who stops the grader by Ctrl-C."""


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    raise KeyboardInterrupt
