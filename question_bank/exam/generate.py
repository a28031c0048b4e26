"""`exam generate`: a blueprint, a roster and a secret to one distinct question per student and slot."""

import hashlib
import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from question_bank.errors import UsageError
from question_bank.exam import Progress, blueprint, folder, roster
from question_bank.exam.blueprint import Blueprint
from question_bank.exam.folder import SCHEMA, Exam
from question_bank.exam.oracle import Oracle
from question_bank.exam.roster import Student
from question_bank.exam.sitting import FIRST, Sitting, named

if TYPE_CHECKING:  # sympy
    from question_bank.exam.draw import Drawn

SHORTEST_SECRET = 16


@dataclass(frozen=True, slots=True)
class Summary:
    """What was generated; `changed` is false where the folder held the very same exam already.

    `beyond` holds the numbers of the slots that gave out variants of other sittings.
    """

    folder: Path
    students: int
    questions: int
    key_sha256: str
    sitting: str
    beyond: list[int]
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
    sitting: str = FIRST,
    measure: bool = True,
    extend: bool = False,
    progress: Progress | None = None,
) -> Summary:
    """Write an exam folder.

    Args:
        blueprint_path: the blueprint.
        roster_path: the roster.
        secret: decides about every draw; it is written nowhere.
        out: the folder; it is made whole or not at all.
        sitting: a letter; sittings with different ones have no variant in common.
        measure: have every key measured; without it the manifest says so.
        extend: `out` holds this exam already; students of the roster that it lacks get variants that
            nobody has, and every line that is there stays as it is.
        progress: called with questions written and questions in all.

    Raises:
        UsageError: something in the files cannot be, `out` holds another exam, or, to be extended,
            one that these files and this secret did not make.
        SupplyError: a slot has fewer variants than the class needs.
        BankError: the oracle contradicts a key. No exam is written.
    """
    at = named(sitting)
    plan = blueprint.read(blueprint_path)
    students = roster.read(roster_path, plan.languages)
    if not secret.strip():
        raise UsageError("the secret is empty", "Give --key a text that nobody can guess, or @FILE.")
    earlier = folder.read(out) if extend else None
    if earlier:
        students = _extended(earlier, students, at)
    with Oracle() if measure else nullcontext() as oracle:
        from question_bank.exam import draw, supply  # sympy, while the oracle imports torch

        drawn = draw.draw(
            plan, students, supply.Supply(_master(secret, plan, at), at), oracle, progress, blueprint_path.name
        )
    about = _about(plan, at, len(students), drawn, measured=measure)
    if earlier:
        about["extends"] = [*earlier.extends, {"students": len(earlier.students), "key_sha256": earlier.key_sha256}]
    files, key_sha256 = folder.contents(about, students, drawn.questions, drawn.keys)
    changed = folder.extend(out, files) if earlier else folder.put(out, files)
    return Summary(
        out, len(students), len(drawn.questions), key_sha256, at.name, drawn.beyond, measured=measure, changed=changed
    )


def _extended(earlier: Exam, students: Sequence[Student], at: Sitting) -> list[Student]:
    """The students of the exam as they are, and then the new ones of the roster.

    Raises:
        UsageError: it is another sitting, or somebody's language is another one now.
    """
    if earlier.sitting != at.name:
        raise UsageError(
            f"the folder holds sitting {earlier.sitting}, not {at.name}",
            f"Extend it with --sitting {earlier.sitting}, or choose another --out for sitting {at.name}.",
        )
    for student in students:
        known = earlier.students.get(student.id)
        if known and known.language != student.language:
            raise UsageError(
                f"{student.id} has a paper in {known.language!r}; the roster says {student.language!r} now",
                "Set the language back: papers that were given out do not change.",
            )
    return [*earlier.students.values(), *(student for student in students if student.id not in earlier.students)]


def _master(secret: str, plan: Blueprint, at: Sitting) -> bytes:
    """The key of all draws.

    scrypt makes guessing a weak secret slow; title and sitting keep two exams with the same secret apart.
    """
    salt = "convmark exam " + json.dumps(dict(plan.title), sort_keys=True, ensure_ascii=False)
    salt += "" if at.first else f" sitting {at.name}"
    return hashlib.scrypt(secret.encode(errors="surrogateescape"), salt=salt.encode(), n=2**14, r=8, p=1, dklen=32)


def _about(plan: Blueprint, at: Sitting, students: int, drawn: "Drawn", *, measured: bool) -> dict[str, Any]:
    """What the manifest says of the exam."""
    from question_bank import registry

    families = sorted({family for slot in plan.slots for family in slot.families})
    return {
        "title": dict(plan.title),
        "sitting": at.name,
        "students": students,
        "questions": len(drawn.questions),
        "measured": measured,
        "effort": drawn.efforts,
        "families": {family: registry.get(family).version for family in families},
        "blueprint": plan.row(),
    }
