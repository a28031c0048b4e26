"""How the totals are spread."""

from typing import TYPE_CHECKING

from question_bank.exam.analysis import Analysis
from question_bank.exam.plots import canvas
from question_bank.exam.plots.canvas import ACCENT, ALARM, SOFT

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def totals(found: Analysis) -> "tuple[Figure, str] | None":
    """A histogram of the totals, and what it says."""
    points, most = found.totals.points, found.totals.max_points
    if points is None or not most:
        return None
    from matplotlib.ticker import MaxNLocator

    figure, axes = canvas.axes(3.2)
    bins = found.totals.histogram
    axes.bar(
        [(one.least + one.most) / 2 for one in bins],
        [one.students for one in bins],
        width=0.92 * (bins[0].most - bins[0].least),
        color=ACCENT,
    )
    for one in bins:
        if one.students:
            place = (one.least + one.most) / 2
            axes.annotate(
                str(one.students), (place, one.students), (0, 2), textcoords="offset points", ha="center", color=SOFT
            )
    mean = 100 * points.mean / most
    axes.axvline(mean, color=ALARM, linewidth=1.2)
    beside, where = (4, "left") if mean < 70 else (-4, "right")
    axes.annotate(
        f"mean {mean:.0f} %", (mean, 1), (beside, -2), xycoords=("data", "axes fraction"),
        textcoords="offset points", ha=where, va="bottom", color=ALARM,
    )  # fmt: skip
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 1.12 * max(one.students for one in bins))
    axes.set_xticks(range(0, 101, 20))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(axis="y")
    axes.set_xlabel("total in percent of the points")
    axes.set_ylabel("students")
    spoken = ", ".join(f"{one.least} to {one.most} percent: {one.students}" for one in bins if one.students)
    return figure, f"Students by their total: {spoken}."
