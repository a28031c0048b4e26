"""A notebook as Jupyter reads it, made of cells of Markdown and code: what students are given."""

import json
from collections.abc import Iterable, Mapping
from typing import Any


def notebook(cells: Iterable[tuple[str, str]], metadata: Mapping[str, Any] | None = None) -> str:
    r"""The text of a notebook of format 4, the same for the same cells.

    Args:
        cells: each its kind, "markdown" or "code", and its text.
        metadata: of ours, beside what Jupyter wants to know.

    >>> json.loads(notebook([("code", "x = 1\n")]))["cells"][0]["source"]
    'x = 1'
    """
    document = {
        "cells": [_cell(number, kind, text.strip()) for number, (kind, text) in enumerate(cells)],
        "metadata": {
            **(metadata or {}),
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _cell(number: int, kind: str, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": text}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
