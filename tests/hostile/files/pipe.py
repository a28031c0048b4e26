# expect: rejected, at most 0; made
"""A folder whose conv2d.py is a pipe: whoever opens it waits for ever."""

import os
import pathlib


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "pipe"
    path.mkdir()
    os.mkfifo(path / "conv2d.py")
    return path
