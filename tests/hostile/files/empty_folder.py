# expect: rejected, at most 0; made
"""A folder that is called like a notebook and holds nothing but a picture."""

import pathlib


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "empty_folder"
    path.mkdir()
    (path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return path
