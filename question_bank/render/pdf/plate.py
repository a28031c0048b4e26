"""A figure by itself, for what reads no SVG: LaTeX takes a PDF, a notebook a PNG."""

from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, cast

import typst

from question_bank.render.figures import Picture

_TEMPLATE = Path(__file__).with_name("plate.typ")
_SAME_BYTES = datetime(2000, 1, 1, tzinfo=UTC)
_DOTS_PER_INCH = 127.0  # five to a millimetre: at other densities Typst leaves out rows of dots


def pdf(figure: Picture) -> bytes:
    """One page, as large as the figure."""
    return _compiled(figure, "pdf")


@lru_cache(maxsize=256)
def png(figure: Picture) -> bytes:
    """As large as the figure, on white."""
    return _compiled(figure, "png")


def _compiled(figure: Picture, kind: Literal["pdf", "png"]) -> bytes:
    made = _compiler().compile(
        sys_inputs={"svg": figure.svg, "alt": figure.alt}, format=kind, ppi=_DOTS_PER_INCH, timestamp=_SAME_BYTES
    )
    return cast(bytes, made)  # one page


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(_TEMPLATE, root=_TEMPLATE.parent, ignore_system_fonts=True)
