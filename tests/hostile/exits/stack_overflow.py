# expect: error, at most 0
"""Recurses through C without Python's limit, until the stack of the process ends."""

import sys

sys.setrecursionlimit(2**31 - 1)


def conv2d(*args, **kwargs):
    return sorted([1, 2], key=lambda _: conv2d(*args, **kwargs))
