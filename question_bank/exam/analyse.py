"""`exam analyse`: what the marks say about the exam.

Only what `exam mark` wrote is read; only aggregates are written, no student's name or id. The same
marks give the same files.
"""

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from question_bank import tables
from question_bank.exam import aside, lock, marks, plots, report
from question_bank.exam.analysis import Analysis, analysis, rounded
from question_bank.exam.audit import LOCK
from question_bank.exam.fairness import LanguageRow, PoolRow, VariantRow
from question_bank.exam.measures import DistractorRow, ItemRow, MisconceptionRow
from question_bank.render import analysis as page

ANALYSIS, PAGE, FIGURES = "analysis", "analysis.html", "analysis.json"
NO_PLOTS = "No plots: matplotlib is not installed; `pip install 'convmark[plots]'`, and analyse again."


@dataclass(frozen=True, slots=True)
class Analysed:
    """What was analysed and where it lies; `plotted` says whether the page has plots."""

    folder: Path
    analysis: Analysis
    plotted: bool

    def lines(self) -> Iterator[str]:
        """What was found, for a terminal."""
        yield from self.analysis.lines()
        yield str(self.folder / PAGE)


def analyse(folder: Path) -> Analysed:
    """Analyse a folder of marks and write `analysis/` into it.

    Args:
        folder: what `exam mark --out` wrote.

    Raises:
        UsageError: it is no whole folder of marks; nothing is written.
        MachineError: another run is writing into it, or it cannot be written.
    """
    marks.look(folder)
    with lock.alone(folder / LOCK, str(folder)), _uncollected():
        found = analysis(marks.read(folder))
        pictures = plots.draw(found) if plots.available() else None
        out = folder / ANALYSIS
        for name, columns, rows in (
            ("items", fields(ItemRow), found.items),
            ("misconceptions", fields(MisconceptionRow), found.misconceptions),
            ("distractors", fields(DistractorRow), found.distractors),
            ("variants", fields(VariantRow), found.variants),
            ("pools", fields(PoolRow), found.pools),
            ("languages", fields(LanguageRow), found.languages),
        ):
            table = tables.write([column.name for column in columns], (rounded(astuple(row)) for row in rows))
            aside.text(out / f"{name}.csv", table)
        aside.text(out / FIGURES, json.dumps(found.row(), ensure_ascii=False, allow_nan=False, indent=1) + "\n")
        aside.text(out / PAGE, page.render(report.report(found, pictures)))
    return Analysed(out, found, pictures is not None)


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage is looked for while the block runs: nearly all that is made is kept, and looking takes a tenth."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
