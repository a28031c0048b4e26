"""The matrix of a convolution, a colour for each weight."""

import colorsys
from collections import defaultdict
from collections.abc import Mapping
from math import prod
from typing import Any

from question_bank.render.figures.board import INK, LINE, SOFT, Board

_WIDEST, _HIGHEST, _CELL, _LEAST_NAMED = 158, 118, 6.5, 5.2
_SAMPLE = 7.0


def draw(row: Mapping[str, Any], language: str, board: Board) -> tuple[float, float]:
    """Draw it, and give back width and height."""
    rows, columns = len(row["rows"]), prod(row["size"])
    cell = min(_CELL, _WIDEST / columns, _HIGHEST / rows)
    left = top = 1.0
    width, height = columns * cell, rows * cell
    step = -1 if row["flipped"] else 1
    cells: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for number, runs in enumerate(row["rows"]):
        for column, weight, count in runs:
            for further in range(count):
                cells[weight + step * further].append((left + (column + further) * cell, top + number * cell))
    for weight, corners in sorted(cells.items()):
        board.boxes([(x, y, cell, cell) for x, y in corners], fill=_colour(weight, row["kernel"]))
    across = [((left, top + i * cell), (left + width, top + i * cell)) for i in range(rows + 1)]
    down = [((left + i * cell, top), (left + i * cell, top + height)) for i in range(columns + 1)]
    if cell > 1.5:
        board.lines([*across, *down], line=LINE, thick=0.15)
    blocks = [*across[:: row["output"][-1]], *down[:: row["size"][-1]]] if len(row["size"]) == 2 else []
    board.lines([*blocks, across[0], across[-1], down[0], down[-1]], line=SOFT, thick=0.35)
    named = cell >= _LEAST_NAMED
    for weight, corners in sorted(cells.items()) if named else ():
        for x, y in corners:
            board.formula(x + cell / 2, y + cell / 2 + 0.9, _name(weight, row["kernel"]), size=2.9)
    if named:
        return left + width + 1, top + height + 1
    return max(left + width + 1, _samples(board, left, top + height + 3, row["kernel"])), _below(top + height, row)


def _below(height: float, row: Mapping[str, Any]) -> float:
    rows = row["kernel"][0] if len(row["kernel"]) == 2 else 1
    return height + 3 + rows * _SAMPLE + 1


def _samples(board: Board, left: float, top: float, kernel: list[int]) -> float:
    """The kernel beneath, each weight with its name and colour; gives back how far it reaches."""
    for weight in range(prod(kernel)):
        line, column = divmod(weight, kernel[-1])
        x, y = left + column * _SAMPLE, top + line * _SAMPLE
        board.box(x, y, _SAMPLE, _SAMPLE, fill=_colour(weight, kernel), line=LINE)
        board.formula(x + _SAMPLE / 2, y + _SAMPLE / 2 + 0.9, _name(weight, kernel), size=2.9, colour=INK)
    return left + kernel[-1] * _SAMPLE + 1


def _name(weight: int, kernel: list[int]) -> str:
    """The weight with its indices: w_2, or w_01 in the first row of a plane."""
    return f"w_{''.join(map(str, divmod(weight, kernel[-1])))}" if len(kernel) == 2 else f"w_{weight}"


def _colour(weight: int, kernel: list[int]) -> str:
    """A hue for each row of the kernel, lighter from left to right."""
    line, column = divmod(weight, kernel[-1]) if len(kernel) == 2 else (0, weight)
    lightness = 0.66 + 0.24 * column / max(1, kernel[-1] - 1)
    red, green, blue = colorsys.hls_to_rgb((0.58 + line * 0.381966) % 1, lightness, 0.62)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"
