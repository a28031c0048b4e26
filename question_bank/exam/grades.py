"""What `exam mark` wrote, as grades for where a course keeps them."""

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from question_bank import strict_json, tables
from question_bank.errors import UsageError
from question_bank.exam import audit
from question_bank.exam.mark import TOTALS
from question_bank.lms.grades import Grade, Item

_COLUMNS = ("student_id", "name", "email", "points", "max_points")
_ROUNDED = Fraction(1, 10_000)  # points in files have four decimals
_SHARES = 1000


def read(folder: Path) -> list[Grade]:
    """The grades of a class, in the order of the table of totals.

    Raises:
        UsageError: it is no folder of marks, a file is damaged, or the marks are not those that the audit holds.
    """
    remedy = f"Mark again into this folder: `convmark exam mark EXAM RESPONSES.csv --out {folder}`."
    for name in (audit.MARKS, audit.SEAL, TOTALS):
        if not (folder / name).is_file():
            raise UsageError(
                f"{folder} holds no marks: {name} is missing", "Name what `convmark exam mark --out` wrote."
            )
    rows = strict_json.rows((folder / audit.MARKS).read_bytes(), str(folder / audit.MARKS), remedy, audit.PLACE)
    _hold_against_audit(folder, rows, remedy)
    papers: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
    for row in rows:
        papers.setdefault(row["student_id"], {}).setdefault(row["question"], []).append(row)
    totals = tables.read(folder / TOTALS, _COLUMNS)
    if {row.cells["student_id"] for row in totals} != papers.keys():
        raise UsageError(f"{folder}: {TOTALS} and {audit.MARKS} are not of the same students", remedy)
    try:
        return [_grade(folder, row.cells, papers[row.cells["student_id"]], remedy) for row in totals]
    except (KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{folder / audit.MARKS} is damaged: {error}", remedy) from None


def _hold_against_audit(folder: Path, rows: Sequence[Mapping[str, Any]], remedy: str) -> None:
    try:
        key_sha256 = str(json.loads((folder / audit.SEAL).read_bytes())["key_sha256"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UsageError(f"{folder / audit.SEAL} is damaged", remedy) from None
    known = audit.read(folder, key_sha256).last
    missing = known.keys() - {tuple(row[name] for name in audit.PLACE) for row in rows}
    if missing:
        student, question, _ = min(missing)
        raise UsageError(
            f"{folder / audit.MARKS} lacks question {question} of {student}, which the audit holds:"
            " it was changed after marking",
            remedy,
        )
    for row in rows:
        place = tuple(row[name] for name in audit.PLACE)
        for name in ("points", "max_points"):
            if place not in known or known[place].get(name, row.get(name)) != row.get(name):
                raise UsageError(
                    f"{folder / audit.MARKS}: question {row['question']} of {row['student_id']} has other {name} than"
                    " the audit holds: it was changed after marking",
                    remedy,
                )


def _grade(folder: Path, cells: Mapping[str, str], paper: Mapping[str, list[Mapping[str, Any]]], remedy: str) -> Grade:
    items = tuple(_item(question, parts) for question, parts in paper.items())
    known = [item.points for item in items if item.points is not None]
    possible = sum((item.most for item in items), Fraction(0))
    summed = sum(known, Fraction(0)) if len(known) == len(items) else None
    try:
        points = Fraction(cells["points"]) if cells["points"].strip() else None
        most = Fraction(cells["max_points"])
    except (ValueError, ZeroDivisionError):
        raise UsageError(f"{folder / TOTALS}: the points of {cells['student_id']} are no number", remedy) from None
    spread = _ROUNDED * sum(len(parts) for parts in paper.values())
    if abs(most - possible) > spread:
        raise UsageError(
            f"{folder / TOTALS}: {cells['student_id']} can have {cells['max_points']} points, and the parts add up to"
            f" {float(possible):g}: it was changed after marking",
            remedy,
        )
    if (points is None) != (summed is None) or (points is not None and abs(points - (summed or 0)) > spread):
        raise UsageError(
            f"{folder / TOTALS}: {cells['student_id']} has {cells['points'] or 'no'} points, and the parts add up to"
            f" {'none' if summed is None else f'{float(summed):g}'}: it was changed after marking",
            remedy,
        )
    return Grade(cells["student_id"], cells["name"], cells["email"], points, most, items)


def _item(question: str, parts: Sequence[Mapping[str, Any]]) -> Item:
    known = [part["points"] for part in parts if part["points"] is not None]
    most = _sum([part["max_points"] for part in parts])
    return Item(question, _sum(known) if len(known) == len(parts) else None, most)


def _sum(rounded: Sequence[float]) -> Fraction:
    """Thirds of a point add up to whole ones again, though files hold four decimals of them."""
    if not all(type(points) in (int, float) for points in rounded):
        raise TypeError(f"points that are no numbers: {rounded}")
    exact = sum((Fraction(repr(points)) for points in rounded), Fraction(0))
    return exact.limit_denominator(_SHARES)
