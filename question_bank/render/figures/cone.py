"""The receptive field of a unit, down through the layers."""

from collections.abc import Iterator, Mapping
from typing import Any

from question_bank.render.figures.board import ACCENT, INK, LINE, SOFT, TINT, Board
from question_bank.text import interface

_LEFT, _WIDE, _LEVEL, _BAR, _TOP = 42, 104, 11, 3.4, 1.5
_SAID = 80  # millimetres of type times letters that fit beside the levels
_LARGEST_DOT = 2.4
_MOST_THREADS = 1500  # between two levels; beyond, the outermost say enough


def draw(row: Mapping[str, Any], language: str, board: Board) -> tuple[float, float]:
    """Draw it, and give back width and height."""
    windows = row["windows"][::-1]  # from the unit down
    levels = len(windows) + 1
    for number, window in enumerate(windows):
        said = ", ".join(window["facts"])
        size = min(3.2, _SAID / len(said))
        board.formula(1, _TOP + _LEVEL * (number + 0.5) + _BAR / 2 + 1, said, size=size, place="start")
    if row["places"]:
        _to_scale(board, windows, row["places"])
    else:
        _not_to_scale(board, levels)
        said = str(interface("figure.not_to_scale", language))
        board.words(_LEFT + _WIDE + 12, _y(0) + _BAR, said, size=2.9, place="end", colour=SOFT)
    return _LEFT + _WIDE + 14, _TOP + (levels - 1) * _LEVEL + _BAR + 1.5


def _y(level: int) -> float:
    return _TOP + level * _LEVEL


def _not_to_scale(board: Board, levels: int) -> None:
    middle = _LEFT + _WIDE / 2
    widths = [_BAR + (_WIDE * 0.7 - _BAR) * level / (levels - 1) for level in range(levels)]
    for level in range(1, levels):
        ends = [
            (
                (middle + side * widths[level - 1] / 2, _y(level - 1) + _BAR),
                (middle + side * widths[level] / 2, _y(level)),
            )
            for side in (-1, 1)
        ]
        board.lines(ends, line=SOFT, dashed=True)
    for level, width in enumerate(widths):
        board.box(middle - width / 2, _y(level), width, _BAR, fill=TINT, line=ACCENT, corner=0.5)
    board.words(middle, _y(levels - 1) + _BAR - 0.7, "?", size=3.4)


def _to_scale(board: Board, windows: list[Mapping[str, Any]], places: list[int]) -> None:
    step = _WIDE / max(places)
    middle = _LEFT + _WIDE / 2
    dot = min(_LARGEST_DOT, 0.82 * step)
    reached = [0]  # the units of a level that reach the top, from the leftmost on
    for level, window in enumerate(windows):
        below = sorted({tap for unit in reached for tap in _taps(unit, window)})
        left, left_below = (middle - (places[at] - 1) * step / 2 for at in (level, level + 1))
        threads = [
            ((left + unit * step, _y(level) + _BAR / 2), (left_below + tap * step, _y(level + 1) + _BAR / 2))
            for unit in reached
            for tap in _taps(unit, window)
        ]
        board.lines([threads[0], threads[-1]] if len(threads) > _MOST_THREADS else threads, line=LINE, thick=0.12)
        _dots(board, left, _y(level), step, dot, reached, places[level])
        reached = below
    _dots(board, middle - (places[-1] - 1) * step / 2, _y(len(windows)), step, dot, reached, places[-1])
    for level, count in enumerate(places):
        board.words(_LEFT + _WIDE + 4, _y(level) + _BAR / 2 + 1.1, str(count), place="start", colour=INK)


def _taps(unit: int, window: Mapping[str, Any]) -> Iterator[int]:
    return (unit * window["stride"] + tap * window["dilation"] for tap in range(window["kernel"]))


def _dots(board: Board, left: float, y: float, step: float, dot: float, reached: list[int], count: int) -> None:
    """The units of a level; those that do not reach the top are empty."""
    top = y + _BAR / 2 - dot / 2
    board.boxes([(left + unit * step - dot / 2, top, dot, dot) for unit in reached], fill=ACCENT)
    holes = sorted(set(range(count)) - set(reached))
    if holes:
        board.frames([(left + unit * step - dot / 2, top, dot, dot) for unit in holes], line=LINE, thick=0.1)
