"""A notebook as Jupyter reads it, made of cells of Markdown and code: what students are given."""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

Cell: TypeAlias = tuple[str, str] | tuple[str, str, Mapping[str, bytes]]
"""The kind, "markdown" or "code", the text, and for Markdown the PNG pictures that it shows, by name."""


def notebook(cells: Iterable[Cell], metadata: Mapping[str, Any] | None = None) -> str:
    r"""The text of a notebook of format 4, the same for the same cells.

    Args:
        cells: in their order; a picture "a.png" is shown by ![what it shows](attachment:a.png).
        metadata: of ours, beside what Jupyter wants to know.

    >>> json.loads(notebook([("code", "x = 1\n")]))["cells"][0]["source"]
    'x = 1'
    """
    document = {
        "cells": [_cell(number, *cell) for number, cell in enumerate(cells)],
        "metadata": {
            **(metadata or {}),
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _cell(number: int, kind: str, text: str, pictures: Mapping[str, bytes] | None = None) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": text.strip()}
    if pictures:
        cell["attachments"] = {name: {"image/png": b64encode(png).decode()} for name, png in pictures.items()}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
