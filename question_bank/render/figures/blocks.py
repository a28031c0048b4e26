"""A network as blocks, with the shapes behind them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from question_bank.render.figures.board import ACCENT, LINE, SOFT, TINT, Board
from question_bank.text import interface

_MOST_IN_A_ROW = 5
_WIDTH, _HEIGHT, _GAP, _ROW = 27.5, 15, 4.5, 26.5
_SHAPE, _EDGE = 5.5, 4
_LETTERS_IN_A_LINE = 16
_SHAPE_LETTERS = 50  # millimetres of type times letters that fit under a block


@dataclass(frozen=True, slots=True)
class _Block:
    label: str
    names: tuple[str, ...]
    facts: str
    shape: str | None


def draw(row: Mapping[str, Any], language: str, board: Board) -> tuple[float, float]:
    """Draw it, and give back width and height."""
    first = _Block("", (str(interface("figure.input", language)),), "", _times(row["input"]))
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
    shape = _times(block["shape"]) if block["shape"] else None
    return _Block(block["label"], tuple(_named(name)), ", ".join(block["facts"]), shape)


def _named(name: str) -> Iterator[str]:
    """A name in lines; what stands in brackets gets one of its own where it is short."""
    outside, _, inside = name.removesuffix(")").partition(" (")
    yield from _broken(outside.replace("-", "- ")) if len(outside) > _LETTERS_IN_A_LINE else [outside]
    if inside and len(inside) <= _LETTERS_IN_A_LINE:
        yield inside


def _times(shape: list[int]) -> str:
    return " × ".join(map(str, shape))


def _draw_block(board: Board, x: float, y: float, block: _Block) -> None:
    known = bool(block.label)
    board.box(x, y, _WIDTH, _HEIGHT, fill=TINT if known else "#ffffff", line=ACCENT, round_=1.2, dashed=not known)
    board.words(x + 1.3, y + 3, block.label, size=2.5, place="start", colour=SOFT)
    facts = _broken(block.facts, ", ")
    lines = len(block.names) + len(facts)
    at = y + _HEIGHT / 2 + 1.1 - 1.75 * (lines - 1)
    for line in block.names:
        board.words(x + _WIDTH / 2, at, line, size=3.2)
        at += 3.5
    for line in facts:
        board.formula(x + _WIDTH / 2, at, line, size=2.9, colour=SOFT)
        at += 3.5
    below = y + _HEIGHT + 1
    board.box(x + 2, below, _WIDTH - 4, _SHAPE, fill="#ffffff", line=LINE, round_=0.8)
    if block.shape:
        board.words(x + _WIDTH / 2, below + 3.8, block.shape, size=min(3, _SHAPE_LETTERS / len(block.shape)))


def _broken(text: str, between: str = " ") -> list[str]:
    """A text in lines that fit into a block."""
    lines: list[str] = []
    for word in text.split(between) if text else ():
        if lines and len(lines[-1]) + len(between) + len(word) <= _LETTERS_IN_A_LINE:
            lines[-1] += between + word
        else:
            lines.append(word)
    return lines


def _draw_turn(board: Board, x: float, y: float) -> None:
    """The way from the end of a row to the beginning of the next."""
    right, left = x + _EDGE - 1.2, 1.2
    between = y - _HEIGHT / 2 + _ROW - 2.4
    board.arrow(
        (x, y), (right, y), (right, between), (left, between), (left, y + _ROW), (_EDGE, y + _ROW)
    )  # fmt: skip
