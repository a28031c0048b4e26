# expect: rejected, at most 0; made
"""A Python file of 64 gigabytes that takes no room on the disk."""

import os
import pathlib


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "gigabytes_of_nothing.py"
    path.touch()
    os.truncate(path, 64 << 30)
    return path
