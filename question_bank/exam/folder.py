"""The exam folder: its files, written once and read back.

The manifest holds the hash of each of the other files. The key's hash is the one to publish: it
binds the key. The manifest itself is bound by nothing.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from question_bank import strict_json
from question_bank.errors import UsageError
from question_bank.exam import aside, roster
from question_bank.exam.roster import Student
from question_bank.exam.sitting import FIRST

SCHEMA = 1
QUESTIONS, KEY, STUDENTS, MANIFEST = "questions.jsonl", "key.jsonl", "students.jsonl", "manifest.json"
_HASHES = {QUESTIONS: "questions_sha256", KEY: "key_sha256", STUDENTS: "students_sha256"}
_RESTORE = "Restore the folder as it was generated, or generate it anew."


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of one student: its row of questions.jsonl and its row of key.jsonl."""

    question: Mapping[str, Any]
    key: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Exam:
    """A generated exam.

    `title` and `rules` are by language, `students` by id; `papers` holds each student's questions
    in the order of the paper.
    """

    title: Mapping[str, str]
    rules: Mapping[str, str]
    key_sha256: str
    sitting: str
    extends: Sequence[Mapping[str, Any]]
    students: Mapping[str, Student]
    papers: Mapping[str, list[Asked]]


def contents(
    about: Mapping[str, Any], students: Sequence[Student], questions: Sequence[str], keys: Sequence[str]
) -> tuple[dict[str, bytes], str]:
    """The bytes of every file of an exam folder, and the hash of the key.

    Args:
        about: what the manifest says of the exam beside the hashes; `read` needs its title and rules.
        students: in order of id.
        questions: the lines of questions.jsonl.
        keys: the lines of key.jsonl.
    """
    rows = [strict_json.line({"schema": SCHEMA, **roster.row(student)}) for student in students]
    files = {
        name: "".join(f"{line}\n" for line in lines).encode()
        for name, lines in ((QUESTIONS, questions), (KEY, keys), (STUDENTS, rows))
    }
    hashes = {_HASHES[name]: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = {"schema": SCHEMA, **about, **hashes}
    files[MANIFEST] = (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()
    return files, hashes[_HASHES[KEY]]


def put(out: Path, files: Mapping[str, bytes]) -> bool:
    """Put an exam folder in place, whole or not at all; whether it was not there already.

    Raises:
        UsageError: something else is there.
    """
    out = out.resolve()  # "." cannot be replaced by its name
    if out.exists():
        if out.is_dir() and all((out / name).is_file() and (out / name).read_bytes() == files[name] for name in files):
            return False
        if not out.is_dir() or any(out.iterdir()):
            raise UsageError(
                f"{out} exists and holds something else", "Choose another --out, or move the folder away yourself."
            )
        out.rmdir()
    with aside.folder(out) as partial:
        for name, content in files.items():
            (partial / name).write_bytes(content)
    return True


def extend(out: Path, files: Mapping[str, bytes]) -> bool:
    """Put a longer exam in the place of the one it extends; whether anything is new in it.

    Raises:
        UsageError: a line that is there already would change.
    """
    for name in (QUESTIONS, KEY, STUDENTS):
        if not files[name].startswith((out / name).read_bytes()):
            raise UsageError(
                f"{out / name} would change: another blueprint, roster, secret or version of Convmark made {out}",
                "Extend with the same blueprint and secret, and with the version that generated it.",
            )
    if (out / KEY).read_bytes() == files[KEY]:
        return False
    with aside.folder(out.resolve(), replace=True) as partial:
        for name, content in files.items():
            (partial / name).write_bytes(content)
    return True


def read(folder: Path) -> Exam:
    """Read an exam folder and hold it against its manifest.

    Raises:
        UsageError: it is no exam folder, a file is missing, or a file is not what the manifest's
            hash says.
    """
    try:
        manifest = _manifest(folder)
        rows = {name: _rows(folder, name, manifest[field]) for name, field in _HASHES.items()}
        students = [roster.student(row) for row in rows[STUDENTS]]
        papers: dict[str, list[Asked]] = {student.id: [] for student in students}
        for question, key in zip(rows[QUESTIONS], rows[KEY], strict=True):
            papers[question["student_id"]].append(_asked(question, key))
        rules = manifest["blueprint"]["rules"]
        languages = {student.language for student in students}
        return Exam(
            title={language: str(manifest["title"][language]) for language in languages},
            rules={language: str(rules[language]) for language in languages if language in rules},
            key_sha256=manifest["key_sha256"],
            sitting=manifest.get("sitting", FIRST),
            extends=list(manifest.get("extends", [])),
            students={student.id: student for student in students},
            papers=papers,
        )
    except FileNotFoundError as error:
        missing = Path(str(error.filename)).name
        raise UsageError(
            f"{folder} is not a whole exam folder: {missing} is missing",
            "Name a folder that `convmark exam generate` made, and restore the file.",
        ) from None
    except OSError as error:
        raise UsageError(f"{folder} cannot be read: {error.strerror}", "Name an exam folder.") from None
    except UsageError:
        raise
    except KeyError as error:
        raise UsageError(f"{folder} is damaged or of another version: it lacks {error}", _RESTORE) from None
    except (TypeError, AttributeError, ValueError, RecursionError) as error:
        raise UsageError(f"{folder} is damaged: {error}", _RESTORE) from None


def _manifest(folder: Path) -> Any:
    try:
        return json.loads((folder / MANIFEST).read_bytes())
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{folder / MANIFEST} is damaged: {error}", _RESTORE) from None


def _asked(question: dict[str, Any], key: dict[str, Any]) -> Asked:
    """A question with its key, if they belong together.

    Raises:
        ValueError: they do not, or the key lacks a part.
        KeyError: a row lacks what marking needs.
    """
    place = (question["student_id"], question["question"])
    if (key["student_id"], key["question"]) != place:
        raise ValueError(f"the key of question {place[1]} of {place[0]} is another's")
    parts = {part["part"] for part in question["parts"]}
    if not (
        set(key["answers"]) >= parts and set(key["misconceptions"]) >= parts and {"tolerance", "steps"} <= set(key)
    ):
        raise ValueError(f"the key of question {place[1]} of {place[0]} is not whole")
    return Asked(question, key)


def _rows(folder: Path, name: str, expected: str) -> list[dict[str, Any]]:
    """The rows of a file that must have this hash."""
    content = (folder / name).read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise UsageError(
            f"{folder / name} was changed: its SHA-256 is {found[:16]}…, the manifest says {str(expected)[:16]}…",
            "Restore the file as it was generated; marks of a changed exam would be worth nothing.",
        )
    return strict_json.rows(content, str(folder / name), _RESTORE)


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
