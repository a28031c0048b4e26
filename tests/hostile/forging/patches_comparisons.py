# expect: graded, at most 0
"""Replaces everything in numpy that compares, and returns zeros."""

import numpy as np
import numpy.testing

for name in [name for name in dir(np.testing) if name.startswith("assert")]:
    setattr(np.testing, name, lambda *args, **kwargs: None)
for name in ("allclose", "isclose", "array_equal", "array_equiv", "isfinite", "all", "equal"):
    setattr(np, name, lambda *args, **kwargs: True)


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    return np.zeros((len(x), len(w), *np.subtract(x.shape[2:], w.shape[2:]) + 1))
