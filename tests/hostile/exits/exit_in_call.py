# expect: error, at most 0
"""Raises SystemExit, with the exit code of success, where it should compute."""

import sys


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    sys.exit(0)
