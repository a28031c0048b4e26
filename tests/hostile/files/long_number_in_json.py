# expect: rejected, at most 0; made
"""A notebook whose version is a number of a million digits."""

import pathlib


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "long_number_in_json.ipynb"
    path.write_text(f'{{"cells": [], "metadata": {{}}, "nbformat": {"4" * 1_000_000}, "nbformat_minor": 5}}')
    return path
