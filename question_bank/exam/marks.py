"""Read back what `exam mark` wrote, for an analysis: strictly, for figures of damaged marks mislead."""

from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any

from question_bank import strict_json
from question_bank.errors import UsageError
from question_bank.exam.audit import ITEMS, MARKS
from question_bank.exam.scored import UNIT, Scored
from question_bank.text import LANGUAGES
from question_bank.verdicts import VERDICTS

_PLACE = ("student_id", "question", "part")


def look(folder: Path) -> None:
    """Refuse what is no folder of marks.

    Raises:
        UsageError: a file is missing; the message says which.
    """
    if not (folder / MARKS).is_file():
        raise UsageError(f"{folder} holds no marks: {MARKS} is missing", "Name what `convmark exam mark --out` wrote.")
    if not (folder / ITEMS).is_file():
        raise UsageError(f"{folder} was marked by an earlier version: {ITEMS} is missing", _again(folder))


def _again(folder: Path) -> str:
    return f"Mark again into this folder: `convmark exam mark EXAM RESPONSES.csv --out {folder}`."


def read(folder: Path) -> list[Scored]:
    """The marks of a folder, joined with the rows beside them, in the order of the file.

    Raises:
        UsageError: it is no folder of marks, a file is missing or damaged, or the two files do not
            belong together.
    """
    look(folder)
    remedy = _again(folder)
    marks, items = (_rows(folder / name, remedy) for name in (MARKS, ITEMS))
    if [_place(row) for row in marks] != [_place(row) for row in items]:
        raise UsageError(f"{folder}: {MARKS} and {ITEMS} do not belong together", remedy)
    if not marks:
        raise UsageError(f"{folder / MARKS} is empty", remedy)
    found = []
    for line, (mark, item) in enumerate(zip(marks, items, strict=True), 1):
        try:
            found.append(_scored(mark, item))
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(f"{folder}: line {line} of {MARKS} or {ITEMS} is damaged: {error}", remedy) from None
    if len({(row.student, row.question, row.part) for row in found}) < len(found):
        raise UsageError(f"{folder / MARKS}: a part of a student stands twice", remedy)
    return found


def _rows(path: Path, remedy: str) -> list[dict[str, Any]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", remedy) from None
    return strict_json.rows(content, str(path), remedy, _PLACE)


def _place(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in _PLACE)


def _scored(mark: Mapping[str, Any], item: Mapping[str, Any]) -> Scored:
    """One part of one student.

    Raises:
        KeyError: a key is missing.
        ValueError: a value cannot be, or the two rows contradict each other.
    """
    most = _points(mark["max_points"])
    points = None if mark["points"] is None else _points(mark["points"])
    verdict, chosen, offered = mark["verdict"], item["chosen"], item["offered"]
    language, effort = item["language"], item["effort"]
    good = {
        "points": points is None or points <= most,
        "verdict": verdict is None or verdict in VERDICTS,
        "misconception": isinstance(mark["misconception"], str | None),
        "follow_through": isinstance(mark["follow_through"], bool),
        "slot": type(item["slot"]) is int,
        "family": isinstance(item["family"], str),
        "language": language in LANGUAGES,
        "effort": effort is None or type(effort) is int,
        "offered": isinstance(offered, dict) and all(isinstance(what, str) for what in offered.values()),
        # an answer that could not be read or was not there is no choice
        "chosen": chosen is None or (chosen in offered and verdict not in ("invalid", "blank")),
    }
    for name, held in good.items():
        if not held:
            raise ValueError(f"{name} cannot be")
    return Scored(
        student=mark["student_id"],
        question=mark["question"],
        part=mark["part"],
        slot=item["slot"],
        family=item["family"],
        language=language,
        effort=effort,
        verdict=verdict,
        points=points,
        most=most,
        misconception=mark["misconception"],
        follows=mark["follow_through"],
        chosen=chosen,
        offered=offered,
    )


def _points(value: object) -> int:
    """Points as a file holds them, in ten-thousandths.

    Raises:
        ValueError: they are no number, or below 0.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or value < 0:
        raise ValueError("points are a number from 0 on")
    return round(value * UNIT)
