# expect: graded, exactly 20; made
"""A file whose name closes attributes, opens a script, and holds what addresses and XML read otherwise."""

import pathlib

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "\"'><script>alert(1)<&amp;#%2e%2e%2f?x=%00\\.py"
    path.write_bytes(HONEST.read_bytes())
    return path
