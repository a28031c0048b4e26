# expect: graded, exactly 20; made
"""A notebook with half of a surrogate pair in one cell, which no compiler takes; the other cell is right."""

import json
import pathlib

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**cell, "source": "name = '\ud800'"}, {**cell, "source": HONEST.read_text()}]
    path = folder / "surrogate_in_a_cell.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}))
    return path
