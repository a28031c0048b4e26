"""The audit: every mark that was ever given, appended and hash-chained.

A line is written when a part is marked for the first time and whenever its mark changes; marking
the same responses again writes nothing. Each line holds the hash of the line before, and the
seal, a small file beside the audit, holds the number of lines, the hash of the last one and the
exam they belong to. So a line that was changed, taken out, or cut off the end shows.

There is no secret in any of this: whoever can write all files of the folder can write another
history that is whole in itself. Only a last hash that was kept elsewhere shows that.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from question_bank import strict_json
from question_bank.errors import MachineError, UsageError
from question_bank.exam import aside
from question_bank.exam.folder import SCHEMA

AUDIT, SEAL, MARKS, ITEMS, LOCK = "audit.jsonl", "marking.json", "marks.jsonl", "items.jsonl", ".lock"
FIRST = "0" * 64
PLACE = ("student_id", "question", "part")
_FIELDS = (*PLACE, "verdict", "points", "answer_sha256")
_LATER = ("max_points", "variant")  # lines of older audits lack the one; only quizzes have the other
_AS_EVIDENCE = "Keep the folder as evidence, and mark into a new one."

Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Audit:
    """An audit as it stands.

    `last` holds the last line of every part, `chain` the hash of the last line of all, `size` the
    bytes of the whole lines.
    """

    last: Mapping[Place, Mapping[str, Any]]
    lines: int
    chain: str
    size: int


def read(folder: Path, key_sha256: str) -> Audit:
    """The audit of a folder of marks; an empty one where nothing was marked yet.

    A run that was killed may leave whole lines that the seal does not know yet, which count, and
    after them one that was cut short, which does not.

    Args:
        folder: of the marks.
        key_sha256: the exam that is about to be marked.

    Raises:
        UsageError: the folder holds the marks of another exam, a line was changed, or one is
            missing.
    """
    seal = _seal(folder / SEAL)
    if seal is None:
        for name in (AUDIT, MARKS):
            if (folder / name).exists():
                raise UsageError(
                    f"{folder / name} is there, but {SEAL}, which says of which exam, is not", _AS_EVIDENCE
                )
        return Audit({}, 0, FIRST, 0)
    if seal["key_sha256"] != key_sha256:
        raise UsageError(
            f"{folder} holds the marks of another exam, with the key_sha256 {seal['key_sha256'][:16]}…;"
            f" this one's is {key_sha256[:16]}…",
            "Choose another --out.",
        )
    path = folder / AUDIT
    content = path.read_bytes() if path.exists() else b""
    size = content.rfind(b"\n") + 1
    rows = _held(content[:size], path)
    sealed = [FIRST, *(row["chain"] for row in rows)]
    if not (seal["lines"] < len(sealed) and sealed[seal["lines"]] == seal["chain"]):
        raise UsageError(
            f"{path} has {len(rows)} lines and does not hold the last of the {seal['lines']} that {SEAL} knows:"
            " its end was cut off or written anew",
            _AS_EVIDENCE,
        )
    return Audit({_place(row): row for row in rows}, len(rows), sealed[-1], size)


def append(folder: Path, key_sha256: str, audit: Audit, marks: Iterable[Mapping[str, Any]]) -> str:
    """Append a line for every mark that is new or changed, and seal the audit; its last hash.

    Args:
        folder: of the marks.
        key_sha256: the exam that was marked.
        audit: what `read` gave.
        marks: the marks as they are now, each with the fields of a line.

    Raises:
        MachineError: the folder cannot be written.
    """
    lines, chain = [], audit.chain
    for mark in marks:
        known = audit.last.get(_place(mark))
        kept = {name: mark[name] for name in (*_FIELDS, *_LATER) if name in mark}
        before = known and {name: known[name] for name in (*_FIELDS, *_LATER) if name in known}
        if before and {"max_points": mark["max_points"], **before} == kept:
            continue
        row: dict[str, Any] = {"schema": SCHEMA, **kept, "previous": chain}
        row["chain"] = chain = _chain(row)
        lines.append(f"{strict_json.line(row)}\n")
    # sealed before as well, so that an audit never lies there without a word of which exam it is
    _write_seal(folder, key_sha256, audit.lines, audit.chain)
    _write_lines(folder / AUDIT, audit.size, "".join(lines).encode())
    _write_seal(folder, key_sha256, audit.lines + len(lines), chain)
    return chain


def _place(row: Mapping[str, Any]) -> Place:
    return row["student_id"], row["question"], row["part"]


def _chain(row: Mapping[str, Any]) -> str:
    content = {name: value for name, value in row.items() if name != "chain"}
    return hashlib.sha256(strict_json.line(content).encode()).hexdigest()


def _held(content: bytes, path: Path) -> list[dict[str, Any]]:
    """The lines, each held against the one before."""
    rows, previous = [], FIRST
    for number, line in enumerate(content.split(b"\n")[:-1], 1):
        try:
            row = json.loads(line.decode("utf-8"))
            chained = row["previous"] == previous and row["chain"] == _chain(row)
            good = (
                chained and all(name in row for name in _FIELDS) and all(isinstance(row[name], str) for name in PLACE)
            )
        except (ValueError, KeyError, TypeError, RecursionError):
            good = False
        if not good:
            raise UsageError(
                f"{path}: line {number} does not follow from the line before: the audit was changed", _AS_EVIDENCE
            )
        rows.append(row)
        previous = row["chain"]
    return rows


def _seal(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    try:
        seal = json.loads(path.read_bytes())
        head = seal["audit"]
        if not (isinstance(seal["key_sha256"], str) and type(head["lines"]) is int and head["lines"] >= 0):
            raise ValueError
        return {"key_sha256": seal["key_sha256"], "lines": head["lines"], "chain": head["chain"]}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UsageError(
            f"{path} is damaged: it must hold key_sha256 and the audit's lines and chain", f"Restore it. {_AS_EVIDENCE}"
        ) from None


def _write_seal(folder: Path, key_sha256: str, lines: int, chain: str) -> None:
    seal = {"schema": SCHEMA, "key_sha256": key_sha256, "audit": {"lines": lines, "chain": chain}}
    aside.text(folder / SEAL, json.dumps(seal, indent=2) + "\n")


def _write_lines(path: Path, size: int, lines: bytes) -> None:
    """Append after the first `size` bytes, and see to it that the lines are on the disk."""
    try:
        with path.open("ab") as file:
            if file.tell() > size:
                file.truncate(size)
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise MachineError(f"cannot write {path}: {error.strerror}", "Make room, or choose another --out.") from None
