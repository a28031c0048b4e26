# expect: rejected, at most 0; made
"""A right Python file that is called an archive."""

import pathlib

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "notebook_called_zip.zip"
    path.write_bytes(HONEST.read_bytes())
    return path
