"""The analysis of an exam as one HTML page that needs nothing from anywhere, not even a script.

It knows tables, tiles and pictures, and no exam. Every text is escaped by the template.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

_HERE = Path(__file__).parent / "page"


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of the summary; `note` says what it means."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """What to look at, and why; `weight` is from 1, serious, to 3."""

    title: str
    about: str
    weight: int
    whys: Sequence[str]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture; `svg` is an element of the page, made by us."""

    title: str
    caption: str
    svg: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `meaning` is told where one asks, `text` aligns as text, `bar` draws the row's share behind it."""

    title: str
    meaning: str = ""
    text: bool = False
    bar: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row; `share`, from 0 to 1, is drawn in the column of bars. A row may be flagged, or stand for a whole."""

    cells: Sequence[str]
    flagged: bool = False
    whole: bool = False
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with what it says; `shut` tables open on a click."""

    title: str
    intro: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    shut: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """The whole page; `notes` are what the reader must know, `remarks_intro` what stands above the remarks."""

    title: str
    subtitle: str
    tiles: Sequence[Tile]
    notes: Sequence[str]
    remarks_intro: str
    remarks: Sequence[Remark]
    pictures: Sequence[Picture]
    tables: Sequence[Table]
    without_pictures: str = field(default="")


def render(report: Report) -> str:
    """The page."""
    page: str = _template().render(report=report, style=_style())
    return page


@cache
def _template() -> Any:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["drawing"] = Markup  # drawn by us, its texts escaped
    return environment.get_template("analysis.html")


@cache
def _style() -> Markup:
    return Markup((_HERE / "analysis.css").read_text(encoding="utf-8"))  # noqa: S704  # ours, from the package
