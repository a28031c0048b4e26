"""A sheet to draw on, in millimetres; what comes of it is SVG that browsers and Typst draw alike.

No identifiers, styles, scripts or links: several pictures may stand on one page, and a system that
is wary of SVG finds nothing to take out.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from math import ceil

FONT = "Libertinus Serif, STIX Two Text, Times New Roman, serif"
INK, SOFT, LINE, ACCENT, TINT, GREY = "#1c2330", "#5b6577", "#9aa3b2", "#1f5f99", "#cfe0f1", "#dfe3ea"
THIN, THICK = 0.2, 0.6

_LETTER = re.compile(r"(?<![^\W_])([A-Za-z])(?:_([A-Za-z0-9]+))?(?![^\W_])")

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, width and height."""


class Board:
    """Shapes are drawn one over the other, in the order of the calls."""

    def __init__(self) -> None:
        self._shapes: list[str] = []

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        line: str = "none",
        thick: float = THIN,
        dashed: bool = False,
        corner: float = 0,
    ) -> None:
        """A rectangle."""
        size = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
        round_ = f' rx="{_n(corner)}"' if corner else ""
        self._shapes.append(f'<rect {size}{round_} fill="{fill}"{_stroke(line, thick, dashed=dashed)}/>')

    def lines(
        self, strokes: Iterable[tuple[Point, ...]], *, line: str = LINE, thick: float = THIN, dashed: bool = False
    ) -> None:
        """Lines through points, all in one shape."""
        path = "".join("M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points) for points in strokes)
        self._shapes.append(f'<path d="{path}" fill="none"{_stroke(line, thick, dashed=dashed)}/>')

    def boxes(self, boxes: Iterable[Box], *, fill: str, opacity: float = 1) -> None:
        """Filled rectangles, all in one shape."""
        thin = f' fill-opacity="{_n(opacity)}"' if opacity != 1 else ""
        self._shapes.append(f'<path d="{_path(boxes)}" fill="{fill}"{thin}/>')

    def frames(self, boxes: Iterable[Box], *, line: str, thick: float = THIN) -> None:
        """Rectangles that are not filled, all in one shape."""
        self._shapes.append(f'<path d="{_path(boxes)}" fill="none"{_stroke(line, thick, dashed=False)}/>')

    def arrow(self, *points: Point, line: str = SOFT, thick: float = 0.3) -> None:
        """A line through points along the axes, with a head at its end."""
        (x0, y0), (x, y) = points[-2], points[-1]
        length, wide = 1.8, 0.8
        along = (x > x0) - (x < x0), (y > y0) - (y < y0)
        neck = (x - along[0] * length, y - along[1] * length)
        across = (along[1] * wide, along[0] * wide)
        self.lines([(*points[:-1], neck)], line=line, thick=thick)
        head = ((x, y), (neck[0] + across[0], neck[1] + across[1]), (neck[0] - across[0], neck[1] - across[1]))
        corners = " ".join(f"{_n(px)},{_n(py)}" for px, py in head)
        self._shapes.append(f'<polygon points="{corners}" fill="{line}"/>')

    def words(
        self, x: float, y: float, text: str, *, size: float = 3.2, place: str = "middle", colour: str = INK
    ) -> None:
        """A line of text on its baseline."""
        self._text(x, y, escape(text), size, place, colour)

    def formula(
        self, x: float, y: float, text: str, *, size: float = 3.2, place: str = "middle", colour: str = INK
    ) -> None:
        """A line such as "K_H = 3": single letters lean, and what stands behind _ is set low."""
        self._text(x, y, "".join(_pieces(text, size)), size, place, colour)

    def _text(self, x: float, y: float, inner: str, size: float, place: str, colour: str) -> None:
        anchor = "" if place == "start" else f' text-anchor="{place}"'
        self._shapes.append(
            f'<text x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" fill="{colour}"{anchor}>{inner}</text>'
        )

    def svg(self, width: float, height: float, alt: str) -> str:
        """The picture, as wide and as high as said, or a little more: whole fifths of a millimetre.

        So it lies on the dots of a raster of 127 to the inch; see question_bank.render.pdf.plate.
        """
        width, height = (ceil(5 * side) / 5 for side in (width, height))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}mm" height="{_n(height)}mm"'
            f' viewBox="0 0 {_n(width)} {_n(height)}" direction="ltr" role="img" aria-label="{escape(alt)}"'
            f' font-family="{FONT}">{"".join(self._shapes)}</svg>'
        )


@lru_cache(maxsize=1 << 14)
def _n(value: float) -> str:
    """A length, to a hundredth of a millimetre."""
    return f"{round(value, 2) + 0.0:g}"  # + 0.0 makes a zero of a negative one


def _path(boxes: Iterable[Box]) -> str:
    return "".join(f"M{_n(x)} {_n(y)}h{_n(width)}v{_n(height)}h{_n(-width)}z" for x, y, width, height in boxes)


def _stroke(line: str, thick: float, *, dashed: bool) -> str:
    if line == "none":
        return ""
    dashes = ' stroke-dasharray="1.2 0.9"' if dashed else ""
    return f' stroke="{line}" stroke-width="{_n(thick)}"{dashes}'


def _pieces(text: str, size: float) -> Iterable[str]:
    low = 0.0  # how far below the line the last piece stands
    end = 0
    for found in _LETTER.finditer(text):
        yield _piece(text[end : found.start()], "", -low)
        low = 0.0 if found.start() > end else low
        yield _piece(found[1], ' font-style="italic"', -low)
        low = 0.0
        if found[2]:
            low = 0.22 * size
            yield _piece(found[2], f' font-size="{_n(0.7 * size)}"', low)
        end = found.end()
    yield _piece(text[end:], "", -low)


def _piece(text: str, how: str, moved: float) -> str:
    if not text:
        return ""
    down = f' dy="{_n(moved)}"' if moved else ""
    return f"<tspan{how}{down}>{escape(text)}</tspan>" if how or down else escape(text)
