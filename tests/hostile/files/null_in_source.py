# expect: rejected or error, at most 0; made
"""Python with a null byte, at which some readers stop; refused as a file, or by the compiler."""

import pathlib

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "null_in_source.py"
    path.write_bytes(HONEST.read_bytes() + b"\n# \0 the rest\n")
    return path
