"""The paper that the pictures are drawn on: colours, sizes, and SVG that stands inside a page."""

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from markupsafe import escape

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, LINE, ACCENT, ALARM = "#1c2330", "#5b6577", "#d7dce4", "#1f5f99", "#b3261e"
WIDTH = 5.6
"""Of every picture, in inches."""
_STYLE: Any = {
    "svg.fonttype": "none",  # text stays text: it can be searched and read aloud
    "svg.hashsalt": "convmark",  # the same picture has the same bytes
    "text.parse_math": False,  # a dollar in a family's text begins no formula
    "font.size": 9.5,
    "text.color": INK,
    "axes.labelcolor": SOFT,
    "axes.edgecolor": LINE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
}
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


@contextmanager
def style() -> Iterator[None]:
    """Our colours and sizes while the block runs.

    Raises:
        ImportError: matplotlib is not installed.
    """
    import matplotlib as mpl

    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it tells of its caches
    with mpl.rc_context():
        mpl.rcdefaults()  # a user's own style would change the bytes
        mpl.rcParams.update(_STYLE)
        yield


def blank(height: float) -> "Figure":
    """An empty figure of this height in inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(WIDTH, height))


def axes(height: float, *, left: float = 0.5, right: float = 0.15, bottom: float = 0.5) -> "tuple[Figure, Axes]":
    """A figure of this height with one pair of axes; margins in inches."""
    figure = blank(height)
    box = (left / WIDTH, bottom / height, (WIDTH - left - right) / WIDTH, (height - bottom - 0.12) / height)
    return figure, figure.add_axes(box)


def svg(figure: "Figure", title: str, said: str) -> str:
    """The figure as an element of a page, as wide as its place, with a name for screen readers."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata=_NO_METADATA, transparent=True)
    text = buffer.getvalue()
    box = re.search(r'viewBox="([^"]*)"', text)
    inner = text[text.index(">", text.index("<svg")) + 1 :]
    inner = re.sub(r'(<g) id="[A-Za-z0-9.]+_\d+(?:_\d+)*"', r"\1", inner)  # every picture has an axes_1
    inner = inner.replace("*{stroke-linejoin", "svg *{stroke-linejoin")
    return (
        f'<svg viewBox="{box[1] if box else ""}" role="img" aria-label="{escape(f"{title}. {said}")}"'
        f' xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f"<title>{escape(title)}</title>{inner}"
    )
