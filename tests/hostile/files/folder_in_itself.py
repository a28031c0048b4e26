# expect: rejected, at most 0; made
"""A folder with a link to itself: whoever follows links walks for ever."""

import pathlib


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "folder_in_itself"
    path.mkdir()
    (path / "again").symlink_to(".")
    return path
