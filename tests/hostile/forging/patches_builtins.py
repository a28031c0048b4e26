# expect: graded or error, at most 0
"""Replaces the builtins that a check stands on; the worker, which stands on them too, may fall or go on."""

import builtins

builtins.isinstance = lambda *args: True
builtins.abs = builtins.max = builtins.len = lambda *args, **kwargs: 0
builtins.all = builtins.any = lambda *args: True


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    return x
