# expect: graded, exactly 20; made
"""A notebook that installs packages in a cell of its own, as IPython allows; the other cells are right."""

import json
import pathlib

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    installs = ["!pip install --index-url http://127.0.0.1:9/ requests", "%pip install requests", "%conda install x"]
    cells = [{**cell, "source": source} for source in [*installs, HONEST.read_text()]]
    path = folder / "pip_in_a_notebook.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}))
    return path
