# expect: error, at most 0; made
"""Python with an expression so deep that parsers recurse to death, beside a right conv2d in the same cell."""

import pathlib

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "deep_source.py"
    path.write_text(HONEST.read_text() + "\ndeep = " + "-" * 100_000 + "1\nlong = " + "1+" * 100_000 + "1\n")
    return path
