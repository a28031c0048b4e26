"""A kernel over the corner of its input."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from question_bank.render.figures.board import ACCENT, GREY, INK, LINE, SOFT, THICK, TINT, Board

_WIDEST, _HIGHEST, _STRIP, _CELL = 96, 52, 158, 6.2
_LEAST_WRITTEN = 3.6
_OUT = 0.7  # how far the frame of a next place stands out, so that it can be seen beside the first


@dataclass(frozen=True, slots=True)
class _Axis:
    """One axis of the input, in cells."""

    size: int
    kernel: int
    stride: int
    padding: int
    dilation: int

    @property
    def window(self) -> int:
        return self.dilation * (self.kernel - 1) + 1

    @property
    def shown(self) -> int:
        """The cells that are drawn: a little more than the two places need."""
        return min(self.size + 2 * self.padding, self.window + self.stride + self.padding + 1)

    def is_input(self, cell: int) -> bool:
        """Whether a cell is none of the padding."""
        return cell - self.padding in range(self.size)

    @property
    def torn(self) -> bool:
        return self.shown < self.size + 2 * self.padding


def draw(row: Mapping[str, Any], language: str, board: Board) -> tuple[float, float]:
    """Draw it, and give back width and height."""
    axes = [
        _Axis(*of_axis)
        for of_axis in zip(row["size"], row["kernel"], row["stride"], row["padding"], row["dilation"], strict=True)
    ]
    flat = len(axes) == 1
    down, across = (_Axis(1, 1, 1, 0, 1), axes[0]) if flat else axes
    widest = _STRIP if flat else _WIDEST
    cell = min(_CELL, widest / (across.shown + 0.5), _HIGHEST / (down.shown + 0.5))
    left = top = 1.0
    _grid(board, left, top, cell, down, across)
    _kernel(board, left, top, cell, down, across, flat=flat)
    width, height = (left + (axis.shown + axis.torn * 0.5) * cell + 1 for axis in (across, down))
    if flat:
        x = left
        for fact in row["facts"]:
            _fact(board, x, height + 5.5, fact)
            x += 12 + 1.75 * len(fact)
        return max(width, x), height + 8
    for number, fact in enumerate(row["facts"]):
        _fact(board, width + 5, top + 5 + 6.5 * number, fact)
    return width + 14 + 1.75 * max(map(len, row["facts"])), max(height, top + 6.5 * len(row["facts"]) + 2)


def _grid(board: Board, x: float, y: float, cell: float, down: _Axis, across: _Axis) -> None:
    """The cells, grey where they are padding, and open where the input goes on."""
    width, height = across.shown * cell, down.shown * cell
    if across.padding or down.padding:
        board.box(x, y, width, height, fill=GREY)
        inner = [(min(axis.shown - axis.padding, axis.size)) * cell for axis in (across, down)]
        board.box(x + across.padding * cell, y + down.padding * cell, *inner, fill="#ffffff")
        _zeros(board, x, y, cell, down, across)
    tail = [(axis.shown + axis.torn * 0.5) * cell for axis in (across, down)]
    columns = [((x + i * cell, y), (x + i * cell, y + tail[1])) for i in range(across.shown + 1)]
    rows = [((x, y + i * cell), (x + tail[0], y + i * cell)) for i in range(down.shown + 1)]
    board.lines([*columns, *rows], line=LINE)


def _zeros(board: Board, x: float, y: float, cell: float, down: _Axis, across: _Axis) -> None:
    """What the padding holds, where there is room to write it."""
    if cell < _LEAST_WRITTEN:
        return
    for j in range(down.shown):
        for i in range(across.shown):
            if not (down.is_input(j) and across.is_input(i)):
                board.words(x + (i + 0.5) * cell, y + (j + 0.5) * cell + 0.9, "0", size=2.6, colour=SOFT)


def _kernel(board: Board, x: float, y: float, cell: float, down: _Axis, across: _Axis, *, flat: bool) -> None:
    taps = [
        (x + i * across.dilation * cell, y + j * down.dilation * cell, cell, cell)
        for j in range(down.kernel)
        for i in range(across.kernel)
    ]
    board.boxes(taps, fill=ACCENT, opacity=0.22)  # the padding shows through
    board.frames(taps, line=ACCENT)
    size = across.window * cell, down.window * cell
    out = 2 * _OUT
    board.box(x + across.stride * cell - _OUT, y - _OUT, size[0] + out, size[1] + out, line=INK, thick=0.4, dashed=True)
    if not flat:
        board.box(
            x - _OUT, y + down.stride * cell - _OUT, size[0] + out, size[1] + out, line=INK, thick=0.4, dashed=True
        )
    board.box(x, y, *size, line=ACCENT, thick=THICK)


def _fact(board: Board, x: float, y: float, fact: str) -> None:
    """A fact with a sample of how it is drawn."""
    letter = fact.lstrip("(")[0]
    if letter == "K":
        board.box(x, y - 3, 4, 4, fill=TINT, line=ACCENT, thick=THICK)
    elif letter == "S":
        board.box(x, y - 3, 4, 4, line=INK, thick=0.4, dashed=True)
    elif letter == "P":
        board.box(x, y - 3, 4, 4, fill=GREY, line=LINE)
    elif letter == "D":
        board.box(x, y - 3, 4, 4, line=LINE)
        board.boxes([(x, y - 1.6, 1.3, 1.3), (x + 2.7, y - 1.6, 1.3, 1.3)], fill=ACCENT, opacity=0.4)
    else:
        board.box(x, y - 3, 4, 4, line=LINE)
    board.formula(x + 6, y + 0.2, fact, place="start")
