# expect: graded, exactly 20; made
"""A file whose name, and so its id, is a formula."""

import pathlib

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / '=2+5+cmd|" C calc"!A0,+1;@x.py'
    path.write_bytes(HONEST.read_bytes())
    return path
