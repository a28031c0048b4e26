# expect: graded or rejected, at most 20; made
"""A right notebook of the format before the present one, whose cells lie in worksheets; read, or refused in words."""

import json
import pathlib

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    cell = {"cell_type": "code", "language": "python", "metadata": {}, "outputs": [], "input": HONEST.read_text()}
    path = folder / "version_three.ipynb"
    path.write_text(json.dumps({"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": [cell]}], "metadata": {}}))
    return path
