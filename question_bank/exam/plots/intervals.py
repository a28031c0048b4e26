"""Fairness: each difference with an interval of two standard errors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from question_bank.exam import titles
from question_bank.exam.analysis import Analysis
from question_bank.exam.plots import canvas
from question_bank.exam.plots.canvas import ACCENT, ALARM, LINE, SOFT, WIDTH
from question_bank.exam.statistics import CLEAR

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST = 12
"""Intervals in a panel: those farthest from 0."""
_ROW, _HEAD, _FOOT, _LEFT, _RIGHT = 0.19, 0.42, 0.5, 2.05, 0.15
_LONGEST = 36


@dataclass(frozen=True, slots=True)
class _Interval:
    """A difference and its standard error, in percent of a question's points."""

    label: str
    middle: float
    error: float
    flagged: bool


def intervals(found: Analysis) -> "tuple[Figure, str] | None":
    """A panel for numbers, for pools and for languages, and what they say."""
    panels = {name: _farthest(rows) for name, rows in _panels(found).items() if rows}
    if not panels:
        return None
    figure = canvas.blank(_FOOT + sum(_HEAD + _ROW * len(rows) for rows in panels.values()))
    height = top = figure.get_figheight()
    limit = 1.05 * max(abs(one.middle) + CLEAR * one.error for rows in panels.values() for one in rows) or 1.0
    spoken = []
    for name, rows in panels.items():
        tall = _ROW * len(rows)
        top -= _HEAD + tall
        axes = figure.add_axes((_LEFT / WIDTH, top / height, (WIDTH - _LEFT - _RIGHT) / WIDTH, tall / height))
        _draw(axes, name, rows, limit)
        flagged = ", ".join(one.label for one in rows if one.flagged)
        spoken.append(f"{name}: {len(rows)} shown, flagged: {flagged or 'none'}.")
    axes.tick_params(labelbottom=True)
    axes.set_xlabel("percent of the points of the question")
    return figure, " ".join(spoken)


def _panels(found: Analysis) -> dict[str, list[_Interval]]:
    numbers = [
        _Interval(row.label, row.difference, row.error, bool(row.flag))
        for row in found.variants
        if row.difference is not None and row.error is not None
    ]
    pools = [
        _Interval(f"{row.questions}: {titles.family(row.family)}", row.residual, row.error, bool(row.flag))
        for row in found.pools
        if row.error is not None
    ]
    languages = [
        _Interval(f"{row.label} {titles.LANGUAGES[row.language]}", row.residual, row.error, bool(row.flag))
        for row in found.languages
        if row.error is not None
    ]
    return {
        "Numbers with more effort, against those with less": numbers,
        "Families of a pool, against what the rest of the paper lets expect": pools,
        "Languages, against what the rest of the paper lets expect": languages,
    }


def _farthest(rows: Sequence[_Interval]) -> list[_Interval]:
    """Those that are the most standard errors away from 0, in their order."""

    def far(place: int) -> tuple[float, int]:
        one = rows[place]
        return (-abs(one.middle) / one.error if one.error else 0.0, place)

    return [rows[place] for place in sorted(sorted(range(len(rows)), key=far)[:_MOST])]


def _draw(axes: "Axes", name: str, rows: Sequence[_Interval], limit: float) -> None:
    places = [-place for place in range(len(rows))]
    axes.axvline(0, color=SOFT, linewidth=0.8)
    colours = [ALARM if one.flagged else ACCENT for one in rows]
    low, high = ([100 * (one.middle + side * CLEAR * one.error) for one in rows] for side in (-1, 1))
    axes.hlines(places, low, high, colors=colours, linewidth=1.4)
    axes.scatter([100 * one.middle for one in rows], places, s=16, color=colours, zorder=3)
    labels = [one.label if len(one.label) <= _LONGEST else f"{one.label[: _LONGEST - 1].rstrip()}…" for one in rows]
    axes.set_yticks(places, labels, fontsize=8)
    axes.set_ylim(places[-1] - 0.6, 0.6)
    axes.set_xlim(-100 * limit, 100 * limit)
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)
    axes.tick_params(labelbottom=False)
    axes.spines["left"].set_color(LINE)
    axes.annotate(
        name, (0, 1), (6 - 72 * _LEFT, 5), xycoords="axes fraction", textcoords="offset points", fontweight="bold",
        fontsize=8.5,
    )  # fmt: skip
