# expect: graded or rejected, at most 20; made
"""A right notebook with 50,000 cells that do nothing; where the line lies is for the grader to say."""

import json
import pathlib

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**cell, "source": source} for source in [HONEST.read_text(), *["pass"] * 50_000]]
    path = folder / "many_cells.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}))
    return path
