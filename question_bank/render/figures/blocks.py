"""A network as blocks, with the shapes behind them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from question_bank.figures.figure import times
from question_bank.render.figures.board import ACCENT, LINE, SOFT, TINT, Board
from question_bank.text import interface

_MOST_IN_A_ROW = 5
_WIDTH, _HEIGHT, _GAP, _ROW = 27.5, 15, 4.5, 26.5
_SHAPE, _EDGE = 5.5, 4
_LETTERS_IN_A_LINE = 16
_LINE, _LINES = 3.5, 4  # how high a line is, and how many fit; more are written smaller
_SHAPE_LETTERS = 50  # millimetres of type times letters that fit under a block


@dataclass(frozen=True, slots=True)
class _Block:
    label: str
    names: tuple[str, ...]
    facts: tuple[str, ...]
    shape: str | None


def draw(row: Mapping[str, Any], language: str, board: Board) -> tuple[float, float]:
    """Draw it, and give back width and height."""
    first = _Block("", (str(interface("figure.input", language)),), (), times(row["input"]))
    blocks = [first, *(_block(block, language) for block in row["blocks"])]
    rows = ceil(len(blocks) / _MOST_IN_A_ROW)
    in_a_row = ceil(len(blocks) / rows)
    for number, block in enumerate(blocks):
        line, column = divmod(number, in_a_row)
        x, y = _EDGE + column * (_WIDTH + _GAP), 1 + line * _ROW
        _draw_block(board, x, y, block)
        if number + 1 < len(blocks):
            middle = y + _HEIGHT / 2
            if column + 1 < in_a_row:
                board.arrow((x + _WIDTH, middle), (x + _WIDTH + _GAP, middle))
            else:
                _draw_turn(board, x + _WIDTH, middle)
    return 2 * _EDGE + in_a_row * (_WIDTH + _GAP) - _GAP, 1 + rows * _ROW - (_ROW - _HEIGHT - _SHAPE - 2)


def _block(block: Mapping[str, Any], language: str) -> _Block:
    name = str(interface(f"layers.{block['type']}", language))
    shape = times(block["shape"]) if block["shape"] else None
    return _Block(block["label"], tuple(_named(name)), tuple(block["facts"]), shape)


def _named(name: str) -> Iterator[str]:
    """A name in lines; what stands in brackets gets one of its own where it is short."""
    outside, _, inside = name.removesuffix(")").partition(" (")
    yield from _broken(re.split(r"(?<=-)| ", outside) if len(outside) > _LETTERS_IN_A_LINE else [outside])
    if inside and len(inside) <= _LETTERS_IN_A_LINE:
        yield inside


def _draw_block(board: Board, x: float, y: float, block: _Block) -> None:
    known = bool(block.label)
    board.box(x, y, _WIDTH, _HEIGHT, fill=TINT if known else "#ffffff", line=ACCENT, corner=1.2, dashed=not known)
    board.words(x + 1.2, y + 2.5, block.label, size=2.2, place="start", colour=SOFT)
    facts = list(_broken(block.facts, ", "))
    lines = len(block.names) + len(facts)
    scale = min(1, _LINES / lines)
    at = y + _HEIGHT / 2 + 0.5 + scale * (1.1 - _LINE / 2 * (lines - 1))
    for line in block.names:
        board.words(x + _WIDTH / 2, at, line, size=3.2 * scale)
        at += _LINE * scale
    for line in facts:
        board.formula(x + _WIDTH / 2, at, line, size=2.9 * scale, colour=SOFT)
        at += _LINE * scale
    below = y + _HEIGHT + 1
    board.box(x + 2, below, _WIDTH - 4, _SHAPE, fill="#ffffff", line=LINE, corner=0.8)
    if block.shape:
        board.words(x + _WIDTH / 2, below + 3.8, block.shape, size=min(3, _SHAPE_LETTERS / len(block.shape)))


def _broken(words: Sequence[str], between: str = " ") -> Iterator[str]:
    """Words in lines that fit into a block; none stands between the two halves of a hyphenated one."""
    line = ""
    for word in words:
        longer = f"{line}{'' if line.endswith('-') or not line else between}{word}"
        if line and len(longer) > _LETTERS_IN_A_LINE:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


def _draw_turn(board: Board, x: float, y: float) -> None:
    """The way from the end of a row to the beginning of the next."""
    right, left = x + _EDGE - 1.2, 1.2
    between = y - _HEIGHT / 2 + _ROW - 2.4
    board.arrow(
        (x, y), (right, y), (right, between), (left, between), (left, y + _ROW), (_EDGE, y + _ROW)
    )  # fmt: skip
