# expect: graded, exactly 20; made
"""A file whose name is as long as names can be, so that any longer ending on it is too long."""

import pathlib

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / f"{'n' * 252}.py"
    path.write_bytes(HONEST.read_bytes())
    return path
