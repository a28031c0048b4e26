"""The pictures of an analysis, as SVG that stands inside a page.

matplotlib draws them where it is installed; nothing else needs it, and it is imported only when
something is drawn.
"""

from dataclasses import dataclass

from question_bank.exam.analysis import Analysis
from question_bank.exam.plots import canvas
from question_bank.exam.plots.intervals import intervals
from question_bank.exam.plots.mistakes import mistakes
from question_bank.exam.plots.scatter import scatter
from question_bank.exam.plots.totals import totals

DRAWN = (
    ("How the totals are spread", totals),
    ("Difficulty against discrimination", scatter),
    ("The most common mistakes", mistakes),
    ("Fairness: differences with two standard errors", intervals),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture; `said` is what it shows in words, for those who do not see it."""

    title: str
    said: str
    svg: str


def available() -> bool:
    """Whether matplotlib is installed."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        return False
    return True


def draw(found: Analysis) -> list[Picture]:
    """The pictures that there is something to show in.

    Raises:
        ImportError: matplotlib is not installed.
    """
    pictures = []
    with canvas.style():
        for title, plot in DRAWN:
            drawn = plot(found)
            if drawn:
                figure, said = drawn
                pictures.append(Picture(title, said, canvas.svg(figure, title, said)))
    return pictures
