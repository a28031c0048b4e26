"""The most common mistakes."""

from typing import TYPE_CHECKING

from question_bank.exam import titles
from question_bank.exam.analysis import Analysis
from question_bank.exam.plots import canvas
from question_bank.exam.plots.canvas import ACCENT, SOFT

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BARS, _LONGEST = 10, 82


def mistakes(found: Analysis) -> "tuple[Figure, str] | None":
    """A bar for each of the most common mistakes under its sentence, and what they say."""
    rows = found.misconceptions[:_BARS]
    if not rows:
        return None
    figure, axes = canvas.axes(0.3 + 0.46 * len(rows), left=0.1, right=0.1, bottom=0.12)
    said = [titles.misconception(row.family, row.misconception) for row in rows]
    places = [-place for place in range(len(rows))]
    axes.barh(places, [row.count for row in rows], height=0.3, color=ACCENT)
    for place, row, sentence in zip(places, rows, said, strict=True):
        text = sentence if len(sentence) <= _LONGEST else f"{sentence[: _LONGEST - 1].rstrip()}…"
        axes.annotate(text, (0, place + 0.22), fontsize=8.5, va="bottom", annotation_clip=False)
        axes.annotate(
            f"{row.count}  {titles.family(row.family)}", (row.count, place), (4, 0), textcoords="offset points",
            fontsize=8, va="center_baseline", color=SOFT,
        )  # fmt: skip
    axes.set_ylim(places[-1] - 0.25, 0.8)
    axes.set_xlim(0, 1.8 * max(row.count for row in rows))  # room for the title of a family
    axes.axis("off")
    spoken = "; ".join(f"{row.count} times: {sentence}" for row, sentence in zip(rows, said, strict=True))
    return figure, f"The most common mistakes: {spoken}"
