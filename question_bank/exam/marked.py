"""A student's paper, marked part by part."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from question_bank import registry
from question_bank.errors import ConvmarkError
from question_bank.exam.folder import SCHEMA, Asked, Exam
from question_bank.exam.responses import Place, Responses
from question_bank.marking import Mark, PartKey, mark
from question_bank.points import exact, in_file
from question_bank.text import interface


@dataclass(frozen=True, slots=True)
class Marked:
    """One part of one student; points are exact.

    `mark` and `points` are None where a fault of ours kept the part from being marked; `fault`
    says which.
    """

    place: Place
    mark: Mark | None
    points: Fraction | None
    most: Fraction
    text: str
    feedback: str
    fault: str = ""

    @property
    def question(self) -> str:
        """The number of the question along the paper."""
        return self.place[1]

    def row(self) -> dict[str, Any]:
        """A row of marks.jsonl."""
        student_id, question, part = self.place
        return {
            "schema": SCHEMA,
            "student_id": student_id,
            "question": question,
            "part": part,
            "verdict": self.mark and self.mark.verdict,
            "points": None if self.points is None else in_file(self.points),
            "max_points": in_file(self.most),
            "misconception": self.mark and self.mark.misconception,
            "follow_through": False,
            "feedback": self.feedback,
        }

    def audited(self) -> dict[str, Any]:
        """The row together with the hash of the answer."""
        return {**self.row(), "answer_sha256": hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()}


def paper(exam: Exam, student_id: str, sent: Responses) -> Iterator[Marked]:
    """Mark all parts of a student; a part without an answer is blank.

    No answer stops the others: what our code cannot get past is a part that is not marked.
    """
    language = exam.students[student_id].language
    for asked in exam.papers[student_id]:
        points = exact(asked.question)
        for part in asked.question["parts"]:
            place = (student_id, asked.question["question"], part["part"])
            yield _marked(asked, part, place, sent.answers.get(place, ""), points[part["part"]], language)


def _marked(asked: Asked, part: Mapping[str, Any], place: Place, text: str, most: Fraction, language: str) -> Marked:
    try:
        verdict = mark(PartKey.of(part, asked.key), text, language)
        points = most if verdict.verdict == "right" else Fraction(0)
        return Marked(place, verdict, points, most, text, _say(asked, verdict, language))
    except Exception as error:  # noqa: BLE001  # whatever it is, it is ours, and the class goes on
        said = str(interface("feedback.unmarked", language))
        return Marked(place, None, None, most, text, said, f"{type(error).__name__}: {error}")


def _say(asked: Asked, verdict: Mark, language: str) -> str:
    """What the student is told."""
    if verdict.verdict == "invalid":
        which = f" `{verdict.what}`" if verdict.what else ""
        return f"{interface('feedback.invalid', language)}{interface(f'invalid.{verdict.reason}', language)}{which}"
    if verdict.misconception:
        try:
            texts = registry.texts(asked.question["family"])
            name = f"misconception.{verdict.misconception}"
            if name in texts:
                return f"{interface('feedback.misconception', language)}{texts.template(name, language).fill(str)}"
        except ConvmarkError:
            pass  # the family is not installed here: the stored key still marks, without its words
    return str(interface(f"feedback.{verdict.verdict}", language))


def total(parts: Iterable[Marked]) -> Fraction | None:
    """The points of some parts together; None where one of them could not be marked."""
    points = [one.points for one in parts]
    known = [value for value in points if value is not None]
    return sum(known, Fraction(0)) if len(known) == len(points) else None


def most(parts: Iterable[Marked]) -> Fraction:
    """The points that some parts can earn together."""
    return sum((one.most for one in parts), Fraction(0))
