# expect: rejected, at most 0; made
"""A notebook whose upload broke off."""

import json
import pathlib

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": HONEST.read_text()}
    path = folder / "truncated_notebook.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]})[:-3])
    return path
