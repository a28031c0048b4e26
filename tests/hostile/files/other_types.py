# expect: rejected, at most 0; made
"""A notebook whose keys are right and whose values are of other types than they should be."""

import json
import pathlib


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    cells = [{"cell_type": ["code"], "source": {"a": 1}}, {"cell_type": "code", "source": 5}, None, 7, "code"]
    path = folder / "other_types.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": [], "nbformat": "4", "nbformat_minor": {}}))
    return path
