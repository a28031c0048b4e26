# expect: rejected, at most 0; made
"""An archive of two notebooks, neither of which is called like the assignment: nobody knows which is meant."""

import json
import pathlib
import zipfile

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": HONEST.read_text()}
    notebook = json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]})
    path = folder / "two_notebooks.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("final.ipynb", notebook)
        archive.writestr("final (2).ipynb", notebook)
    return path
