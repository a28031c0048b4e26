# expect: graded, exactly 20; made
"""A file whose name is bytes that are no UTF-8."""

import os
import pathlib

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / os.fsdecode(b"na\xffme\xed\xa0\x80.py")
    path.write_bytes(HONEST.read_bytes())
    return path
