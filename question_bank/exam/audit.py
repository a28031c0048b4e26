"""The audit: every mark that was ever given, appended and hash-chained.

A line is written when a part is marked for the first time and whenever its mark changes; marking
the same responses again writes nothing. Each line holds the hash of the line before, so a line
that was changed or taken out shows.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from question_bank import strict_json
from question_bank.errors import UsageError
from question_bank.exam.folder import SCHEMA

FIRST = "0" * 64
_FIELDS = ("student_id", "question", "part", "verdict", "points", "answer_sha256")


def read(path: Path) -> list[dict[str, Any]]:
    """The lines of an audit, each held against the one before; none where there is no file.

    A last line that was cut short, by a full disk or a killed run, is left out.

    Raises:
        UsageError: a line was changed, or one is missing.
    """
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    whole, _, _ = text.rpartition("\n")
    rows, previous = [], FIRST
    for number, line in enumerate(whole.splitlines() if whole else [], 1):
        try:
            row = json.loads(line)
            chained = row["previous"] == previous and row["chain"] == _chain(row)
        except (ValueError, KeyError, TypeError, RecursionError):
            chained = False
        if not chained:
            raise UsageError(
                f"{path}: line {number} does not follow from the line before: the audit was changed",
                "Keep the file as evidence, and mark into a new folder.",
            )
        rows.append(row)
        previous = row["chain"]
    return rows


def _chain(row: Mapping[str, Any]) -> str:
    content = {name: value for name, value in row.items() if name != "chain"}
    return hashlib.sha256(strict_json.line(content).encode()).hexdigest()


def extended(rows: list[dict[str, Any]], marks: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    """The whole audit as text, with a line for every mark that is new or changed, and its last hash.

    Args:
        rows: what `read` gave.
        marks: the marks as they are now, each with the fields of a line.
    """
    last = {(row["student_id"], row["question"], row["part"]): row for row in rows}
    rows = list(rows)
    previous = rows[-1]["chain"] if rows else FIRST
    for mark in marks:
        place = (mark["student_id"], mark["question"], mark["part"])
        known = last.get(place)
        if known and all(known[name] == mark[name] for name in _FIELDS):
            continue
        row: dict[str, Any] = {"schema": SCHEMA, **{name: mark[name] for name in _FIELDS}, "previous": previous}
        row["chain"] = previous = _chain(row)
        rows.append(row)
    return "".join(f"{strict_json.line(row)}\n" for row in rows), previous
