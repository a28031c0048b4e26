# expect: graded or error, at most 0
"""Rewrites the functions of the worker that runs it: what it then says of itself is only a claim, or no frame."""

import sys

for name, module in list(sys.modules.items()):
    if name.startswith("grader.worker"):
        for attribute, value in list(vars(module).items()):
            if callable(value) and "alias" in attribute:
                setattr(module, attribute, lambda *args: [])
            if attribute == "fault":
                setattr(module, attribute, lambda error: "passed")


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    raise ValueError("passed")
