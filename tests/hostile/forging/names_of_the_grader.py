# expect: graded, at most 0
"""Raises exceptions of the grader's own names, one after the other: those that mean its fault, not the student's."""

import itertools

NAMES = itertools.cycle(["SuiteError", "Lost", "MachineError", "Gone", "Ended", "MissingError", "UngradedError"])


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    name = next(NAMES)
    raise type(name, (Exception,), {"of_submission": False, "status": "ungraded", "__module__": "grader.errors"})
