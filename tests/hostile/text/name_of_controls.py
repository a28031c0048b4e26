# expect: graded, exactly 20; made
"""A file whose name breaks the line, gives a command, clears the screen and turns around."""

import pathlib

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "a\n::error::b\r\x1b[2J\u202ec\x7f\tname.py"
    path.write_bytes(HONEST.read_bytes())
    return path
