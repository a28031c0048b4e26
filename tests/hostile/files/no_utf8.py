# expect: rejected, at most 0; made
"""Python in an encoding that nobody declared."""

import pathlib


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "no_utf8.py"
    path.write_bytes("# Свёртка\ndef conv2d(*args): pass\n".encode("cp1251"))
    return path
