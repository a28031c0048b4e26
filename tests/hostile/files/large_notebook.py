# expect: graded or rejected, at most 20; made
"""A right notebook with 30 megabytes of pictures in its outputs; where the line for size lies is for the grader to say."""

import json
import pathlib

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    outputs = [{"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBORw0KGgo" * 2_700_000}}]
    cell = {"cell_type": "code", "metadata": {}, "outputs": outputs, "execution_count": 1, "source": HONEST.read_text()}
    path = folder / "large_notebook.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}))
    return path
