"""From a row to a picture."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from question_bank.errors import UsageError
from question_bank.render.figures import band, blocks, cone, sliding
from question_bank.render.figures.board import Board

_DRAW: dict[str, Callable[[Mapping[str, Any], str, Board], tuple[float, float]]] = {
    "sliding": sliding.draw,
    "blocks": blocks.draw,
    "cone": cone.draw,
    "band": band.draw,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG document, its width in millimetres, and the same in words."""

    svg: str
    width: float
    alt: str

    @property
    def name(self) -> str:
        """For a file: the same for the same picture, whoever has it."""
        return sha256(self.svg.encode()).hexdigest()[:16]


def picture(row: Mapping[str, Any], language: str) -> Picture:
    """Draw a figure.

    Args:
        row: of a question's `figures` or a key's `solution_figures`.
        language: of the question.

    Raises:
        UsageError: there is no such kind of figure.
    """
    return _drawn(json.dumps(row), language)


@lru_cache(maxsize=4096)
def _drawn(row: str, language: str) -> Picture:
    figure = json.loads(row)
    board = Board()
    if figure.get("kind") not in _DRAW:
        raise UsageError(
            f"there is no figure of the kind {figure.get('kind')!r}", f"Known are {', '.join(_DRAW)}: restore the exam."
        )
    width, height = _DRAW[figure["kind"]](figure, language, board)
    return Picture(board.svg(width, height, figure["alt"]), width, figure["alt"])
