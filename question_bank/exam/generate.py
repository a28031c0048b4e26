"""`exam generate`: a blueprint, a roster and a secret to one distinct question per student and slot."""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

from question_bank import strict_json
from question_bank.errors import UsageError
from question_bank.exam import aside, blueprint, roster
from question_bank.exam.blueprint import Blueprint
from question_bank.exam.oracle import Oracle
from question_bank.exam.roster import Student

SCHEMA = 1
SHORTEST_SECRET = 16
QUESTIONS, KEY, MANIFEST, STUDENTS = "questions.jsonl", "key.jsonl", "manifest.json", "students.jsonl"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """What was generated; `changed` is false where the folder held the very same exam already."""

    folder: Path
    students: int
    questions: int
    key_sha256: str
    measured: bool
    changed: bool

    def row(self) -> dict[str, object]:
        """The summary as JSON."""
        return {"schema": SCHEMA, **asdict(self), "folder": str(self.folder)}


def generate(
    blueprint_path: Path,
    roster_path: Path,
    secret: str,
    out: Path,
    *,
    measure: bool = True,
    progress: Progress | None = None,
) -> Summary:
    """Write an exam folder.

    Args:
        blueprint_path: the blueprint.
        roster_path: the roster.
        secret: decides about every draw; it is written nowhere.
        out: the folder; it is made whole or not at all.
        measure: have every key measured; without it the manifest says so.
        progress: called with questions written and questions in all.

    Raises:
        UsageError: something in the files cannot be, or `out` holds another exam.
        SupplyError: a slot has fewer variants than the class needs.
        BankError: the oracle contradicts a key. No exam is written.
    """
    plan = blueprint.read(blueprint_path)
    students = roster.read(roster_path, plan.languages)
    if not secret.strip():
        raise UsageError("the secret is empty", "Give --key a text that nobody can guess, or @FILE.")
    with Oracle() if measure else nullcontext() as oracle:
        from question_bank.exam import draw  # sympy, while the oracle imports torch

        master = _master(secret, plan)
        questions, keys = draw.draw(plan, students, master, oracle, progress, blueprint_path.name)
    files = _files(plan, students, questions, keys, measured=measure)
    key_sha256 = json.loads(files[MANIFEST])["key_sha256"]
    changed = _put(out, files)
    return Summary(out, len(students), len(questions), key_sha256, measure, changed)


def _master(secret: str, plan: Blueprint) -> bytes:
    """The key of all draws.

    scrypt makes guessing a weak secret slow; the title keeps two exams with the same secret apart.
    """
    salt = "convmark exam " + json.dumps(dict(plan.title), sort_keys=True, ensure_ascii=False)
    return hashlib.scrypt(secret.encode(), salt=salt.encode(), n=2**14, r=8, p=1, dklen=32)


def _files(
    plan: Blueprint, students: Sequence[Student], questions: list[str], keys: list[str], *, measured: bool
) -> dict[str, bytes]:
    question_bytes = "".join(f"{line}\n" for line in questions).encode()
    key_bytes = "".join(f"{line}\n" for line in keys).encode()
    student_rows = [{"schema": SCHEMA, **roster.row(student)} for student in students]
    from question_bank import registry

    families = sorted({slot.family for slot in plan.slots})
    manifest = {
        "schema": SCHEMA,
        "title": dict(plan.title),
        "students": len(students),
        "questions": len(questions),
        "measured": measured,
        "families": {family: registry.get(family).version for family in families},
        "blueprint": plan.row(),
        "questions_sha256": hashlib.sha256(question_bytes).hexdigest(),
        "key_sha256": hashlib.sha256(key_bytes).hexdigest(),
    }
    return {
        QUESTIONS: question_bytes,
        KEY: key_bytes,
        STUDENTS: "".join(f"{strict_json.line(row)}\n" for row in student_rows).encode(),
        MANIFEST: (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode(),
    }


def _put(out: Path, files: dict[str, bytes]) -> bool:
    """Put the folder in place; whether it was not there already."""
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
