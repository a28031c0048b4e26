# expect: rejected, at most 0; made
"""A file of no bytes."""

import pathlib


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "empty.py"
    path.touch()
    return path
