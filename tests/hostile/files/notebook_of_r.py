# expect: rejected or error, at most 0; made
"""A notebook of R whose kernel is a command; refused for its language, or run as Python, where nothing can run."""

import json
import pathlib


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    kernel = {"name": "../../ir; touch here", "language": "R", "display_name": "R", "argv": ["touch", "here"]}
    cell = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": 1,
        "source": "conv2d <- function(x) x",
    }
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": [cell]}
    path = folder / "notebook_of_r.ipynb"
    path.write_text(json.dumps(notebook))
    return path
