# expect: rejected, at most 0; made
"""A notebook of brackets in brackets, 100,000 deep."""

import pathlib


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "nested_json.ipynb"
    path.write_text('{"cells":' + "[" * 100_000 + "]" * 100_000 + "}")
    return path
