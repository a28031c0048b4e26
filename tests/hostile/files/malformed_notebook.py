# expect: rejected, at most 0; made
"""A notebook that is no JSON."""

import pathlib


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "malformed_notebook.ipynb"
    path.write_text('{"cells": [{"cell_type": "code", source: []}, NaN], }', encoding="utf-8")
    return path
