# expect: graded, exactly 20; made
"""A right notebook full of what only IPython understands: shell lines, magics, help, in cells and among them."""

import json
import pathlib

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"
ODD = [
    "%matplotlib inline\n%load_ext autoreload\n%autoreload 2",
    "!rm -rf here; ls /",
    "files = !ls\nprint(files)",
    "%%bash\ntouch here",
    "%%time\nprint(1)",
    "conv2d?\n?conv2d",
    "%run /etc/passwd\n%cd /\n%env TOKEN=1\n%pdb on",
    "get_ipython().system('touch here')",
]


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    cells = [{**cell, "source": source} for source in [*ODD[:4], HONEST.read_text(), *ODD[4:]]]
    path = folder / "magics.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}))
    return path
