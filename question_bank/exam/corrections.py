"""Corrections: what an instructor decides about a question after the exam was sat.

A question can be dropped, its full marks given to everyone, or further values accepted. The
stored key stays as it is; marking again with the corrections writes what they changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from question_bank.answers import Invalid
from question_bank.errors import UsageError
from question_bank.exam import strict_toml
from question_bank.exam.folder import Asked, Exam
from question_bank.exam.marked import Marked
from question_bank.exam.strict_toml import Language, Strict, Text
from question_bank.marking import Mark, PartKey
from question_bank.marking import read as value_of
from question_bank.text import LANGUAGES


class _CorrectionModel(Strict):
    action: Literal["drop", "accept", "full_marks"]
    reason: Text | dict[Language, Text]
    question: Text | None = None
    family: Text | None = None
    part: Text | None = None
    values: Annotated[list[Text], Field(min_length=1, max_length=100)] | None = None


class _CorrectionsModel(Strict):
    correction: Annotated[list[_CorrectionModel], Field(min_length=1, max_length=1_000)]


@dataclass(frozen=True, slots=True)
class Correction:
    """One decision.

    `question` is a number along the paper and `family` an id; one of them is empty. `part` is empty
    where all parts are meant. `values` are what "accept" accepts, as a student would write them.
    """

    action: str
    reason: Mapping[str, str]
    question: str = ""
    family: str = ""
    part: str = ""
    values: tuple[str, ...] = ()

    def meets(self, asked: Asked, part: str) -> bool:
        """Whether it is about this part of this question."""
        same = asked.question["question"] == self.question or asked.question["family"] == self.family
        return same and self.part in ("", part)


def read(path: Path, exam: Exam) -> tuple[Correction, ...]:
    """Read a file of corrections.

    Raises:
        UsageError: it is broken, or speaks of something that the exam does not ask.
    """
    model = strict_toml.validated(
        _CorrectionsModel, strict_toml.read(path, "a list of corrections"), path.name, "correction"
    )
    languages = sorted({student.language for student in exam.students.values()}, key=LANGUAGES.index)
    found = []
    for number, row in enumerate(model.correction, 1):
        where = f"{path.name}: correction {number}"
        if bool(row.question) == bool(row.family):
            raise UsageError(f"{where}: question or family: exactly one must be named", "Correct the table.")
        if (row.action == "accept") != (row.values is not None):
            raise UsageError(f"{where}: values belong to the action accept, and to no other", "Correct the table.")
        correction = Correction(
            row.action,
            strict_toml.per_language(row.reason, languages, where, "reason"),
            row.question or "",
            row.family or "",
            row.part or "",
            tuple(row.values or ()),
        )
        _check(correction, exam, where)
        found.append(correction)
    return tuple(found)


def _check(correction: Correction, exam: Exam, where: str) -> None:
    """Refuse what is about nothing, and values that no student could have written."""
    asked = [(asked, part) for paper in exam.papers.values() for asked in paper for part in asked.question["parts"]]
    met = [(asked, part) for asked, part in asked if correction.meets(asked, part["part"])]
    if not met:
        what = f"question {correction.question}" if correction.question else correction.family
        part = f" with the part {correction.part}" if correction.part else ""
        raise UsageError(f"{where}: nobody was asked {what}{part}", "See questions.jsonl for what was asked.")
    for value in correction.values:
        if all(_unreadable(asked, part, value) for asked, part in met):
            raise UsageError(f"{where}: values: {value!r} is no answer to it", "Write it as a student would.")


def _unreadable(asked: Asked, part: Mapping[str, object], value: str) -> bool:
    return isinstance(value_of(PartKey.of(part, asked.key), value, asked.question["language"]), Invalid)


def corrected(one: Marked, asked: Asked, corrections: Sequence[Correction]) -> Marked:
    """A marked part after all corrections that meet it, in their order."""
    for correction in corrections:
        if correction.meets(asked, one.place[2]):
            one = _corrected(one, asked, correction)
    return one


def _corrected(one: Marked, asked: Asked, correction: Correction) -> Marked:
    said = correction.reason[asked.question["language"]]
    if correction.action == "drop":
        return replace(one, points=Fraction(0), most=Fraction(0), feedback=said)
    if correction.action == "full_marks":
        return replace(one, points=one.most, feedback=said)
    if one.mark is None or one.mark.verdict != "wrong" or not _accepted(one, asked, correction.values):
        return one
    return replace(one, mark=Mark("right"), points=one.most, feedback=said, follows=False)


def _accepted(one: Marked, asked: Asked, values: Sequence[str]) -> bool:
    language = asked.question["language"]
    key = next(PartKey.of(part, asked.key) for part in asked.question["parts"] if part["part"] == one.place[2])
    own = value_of(key, one.text, language)
    accepted = [value_of(key, value, language) for value in values]
    return any(not isinstance(value, Invalid) and key.kind.equal(value, own) for value in accepted)
