# expect: timeout, at most 0
"""Backtracks for ever inside the regular expression engine, which no Python exception can interrupt."""

import re


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    return re.fullmatch("(a|aa|a*)*b", "a" * 64)
