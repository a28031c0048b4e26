"""Difficulty against discrimination: a point for each part, with its label."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from question_bank.exam.analysis import Analysis
from question_bank.exam.findings import POOR
from question_bank.exam.plots import canvas
from question_bank.exam.plots.canvas import ACCENT, ALARM, SOFT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SIZE = 8.0
_DISTANCES = (5.0, 11.0, 18.0)
_DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (0.8, 0.8), (-0.8, 0.8), (0.8, -0.8), (-0.8, -0.8))

_Box = tuple[float, float, float, float]  # left, bottom, right, top, in points


def scatter(found: Analysis) -> "tuple[Figure, str] | None":
    """The points of all parts of which both figures are known, and what they say."""
    known = [
        (row.label, row.difficulty, row.discrimination)
        for row in found.parts
        if row.difficulty is not None and row.discrimination is not None
    ]
    if not known:
        return None
    labels, xs, ys = zip(*known, strict=True)
    figure, axes = canvas.axes(4.2, left=0.6)
    low = min(-0.1, *ys) - 0.06
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(low, max(0.6, *ys) + 0.06)
    axes.axhspan(low, 0, color=ALARM, alpha=0.07, linewidth=0)
    axes.axhline(POOR, color=SOFT, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.scatter(xs, ys, s=20, color=[ALARM if y < 0 else ACCENT for y in ys], zorder=3)
    axes.grid()
    axes.set_xlabel("p: mean share of the points (hard on the left, easy on the right)")
    axes.set_ylabel("discrimination")
    _label(axes, labels, list(zip(xs, ys, strict=True)))
    spoken = "; ".join(f"{label}: {x:.2f}, {y:.2f}" for label, x, y in known)
    return figure, f"For each part its difficulty p and its discrimination: {spoken}."


def _label(axes: "Axes", labels: Sequence[str], places: Sequence[tuple[float, float]]) -> None:
    """Write the labels beside their points; one that had to go far gets a line."""
    scale = 72 / axes.figure.dpi
    points = [(float(x) * scale, float(y) * scale) for x, y in axes.transData.transform(places)]
    left, bottom, right, top = (float(end) * scale for end in axes.bbox.extents)
    taken: list[_Box] = [(x - 3, y - 3, x + 3, y + 3) for x, y in points]
    line: dict[str, Any] = {"arrowstyle": "-", "color": SOFT, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 2}
    for label, place, point in zip(labels, places, points, strict=True):
        far, box = _free(label, point, taken, (left, bottom, right, top))
        taken.append(box)
        corner = (box[0] - point[0], box[1] - point[1])
        axes.annotate(
            label, place, corner, textcoords="offset points", fontsize=_SIZE, ha="left", va="bottom",
            arrowprops=line if far > _DISTANCES[0] else None,
        )  # fmt: skip


def _free(label: str, point: tuple[float, float], taken: Sequence[_Box], frame: _Box) -> tuple[float, _Box]:
    """How far from its point a label goes, and the nearest free box, or the one where it hides the least."""
    choices = []
    for far, box in _boxes(label, point):
        inside = box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]
        hidden = sum(_overlap(box, other) for other in taken) + (0 if inside else _overlap(box, box))
        if not hidden:
            return far, box
        choices.append((hidden, far, box))
    return min(choices)[1:]


def _boxes(label: str, point: tuple[float, float]) -> Iterator[tuple[float, _Box]]:
    """Where a label may stand, with the distance from its point, the nearest first."""
    wide, tall = 0.62 * _SIZE * len(label), _SIZE
    for far in _DISTANCES:
        for dx, dy in _DIRECTIONS:
            x = point[0] + dx * far - wide * (1 - dx) / 2
            y = point[1] + dy * far - tall * (1 - dy) / 2
            yield far, (x, y, x + wide, y + tall)


def _overlap(box: _Box, other: _Box) -> float:
    """The area that two boxes share."""
    wide = min(box[2], other[2]) - max(box[0], other[0])
    tall = min(box[3], other[3]) - max(box[1], other[1])
    return max(0.0, wide) * max(0.0, tall)
