# expect: rejected, at most 0; made
"""A folder whose conv2d.py is a link to a device that never ends."""

import pathlib


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "link_to_zeros"
    path.mkdir()
    (path / "conv2d.py").symlink_to("/dev/zero")
    return path
