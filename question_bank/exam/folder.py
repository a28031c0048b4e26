"""An exam folder, read back."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from question_bank import strict_json
from question_bank.errors import UsageError
from question_bank.exam import blueprint, roster
from question_bank.exam.blueprint import Blueprint
from question_bank.exam.generate import KEY, MANIFEST, QUESTIONS, STUDENTS
from question_bank.exam.roster import Student


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of one student: its row of questions.jsonl and its row of key.jsonl."""

    question: Mapping[str, Any]
    key: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Exam:
    """A generated exam; `papers` holds each student's questions in the order of the paper."""

    plan: Blueprint
    manifest: Mapping[str, Any]
    students: Mapping[str, Student]
    papers: Mapping[str, list[Asked]]


def read(folder: Path) -> Exam:
    """Read an exam folder and hold it against its manifest.

    Raises:
        UsageError: it is no exam folder, a file is missing, or a file is not what the manifest's
            hash says.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        _hold(folder, QUESTIONS, manifest["questions_sha256"])
        _hold(folder, KEY, manifest["key_sha256"])
        students = [roster.student(row) for row in strict_json.read_rows(folder / STUDENTS)]
        plan = blueprint.restore(manifest["blueprint"])
        questions = strict_json.read_rows(folder / QUESTIONS)
        keys = strict_json.read_rows(folder / KEY)
        papers: dict[str, list[Asked]] = {student.id: [] for student in students}
        for question, key in zip(questions, keys, strict=True):
            papers[question["student_id"]].append(Asked(question, key))
    except FileNotFoundError as error:
        missing = Path(str(error.filename)).name
        raise UsageError(
            f"{folder} is not a whole exam folder: {missing} is missing",
            "Name a folder that `convmark exam generate` made, and restore the file.",
        ) from None
    except OSError as error:
        raise UsageError(f"{folder} cannot be read: {error.strerror}", "Name an exam folder.") from None
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, UsageError):
            raise
        raise UsageError(f"{folder} holds damaged files: {error}", "Restore the folder, or generate it anew.") from None
    return Exam(plan, manifest, {student.id: student for student in students}, papers)


def _hold(folder: Path, name: str, expected: str) -> None:
    found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    if found != expected:
        raise UsageError(
            f"{folder / name} was changed: its SHA-256 is {found[:16]}…, the manifest says {expected[:16]}…",
            "Restore the file as it was generated; marks of a changed key would be worth nothing.",
        )


_ODD = re.compile(r"[^\w \-.,@+()\[\]]|^\.|[. ]$")
_LONGEST_NAME = 120


def file_name(student_id: str) -> str:
    """A student's id as part of a file name; characters that no file name carries are percent-encoded.

    >>> file_name("s/1"), file_name("דנה 7"), file_name("..")
    ('s%2F1', 'דנה 7', '%2E%2E')
    """

    def encoded(match: re.Match[str]) -> str:
        return "".join(f"%{byte:02X}" for byte in match.group().encode())

    name = _ODD.sub(encoded, student_id)
    if len(name.encode()) > _LONGEST_NAME:
        digest = hashlib.sha256(student_id.encode()).hexdigest()[:16]
        name = name.encode()[: _LONGEST_NAME - 17].decode(errors="ignore").rstrip(". ") + f"-{digest}"
    return name
