# expect: graded, at most 0
"""Calls the layer of a library that the task forbids, wherever it may lie beside the one that is allowed."""

import importlib
import sys

import numpy as np

sys.path += [np.__path__[0] + "/..", "/usr/lib/python3/dist-packages"]


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    for name in ("torch", "scipy.signal", "sklearn", "jax.lax", "tensorflow"):
        try:
            library = importlib.import_module(name)
        except ImportError:
            continue
        arguments = map(library.from_numpy, (x, w))
        return library.nn.functional.conv2d(*arguments, None, stride, padding, dilation).numpy()
    raise ModuleNotFoundError("no library helps")
