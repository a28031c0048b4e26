"""A student's paper, marked part by part."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from question_bank.exam import following, titles
from question_bank.exam.folder import SCHEMA, Asked, Exam
from question_bank.exam.following import Texts
from question_bank.exam.responses import Place, Responses
from question_bank.marking import Mark, PartKey, mark
from question_bank.points import exact, in_file
from question_bank.text import interface


@dataclass(frozen=True, slots=True)
class Marked:
    """One part of one student; points are exact.

    `mark` and `points` are None where a fault of ours kept the part from being marked; `fault`
    says which. `follows` says that the answer is wrong, but follows from the student's own earlier one.
    `variant` is the code of the variant that was answered, where it was drawn by a quiz.
    """

    place: Place
    mark: Mark | None
    points: Fraction | None
    most: Fraction
    text: str
    feedback: str
    fault: str = ""
    follows: bool = False
    variant: str = ""

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
            "follow_through": self.follows,
            "feedback": self.feedback,
        }

    def audited(self) -> dict[str, Any]:
        """The row together with the hash of the answer, and the variant that it answers where a quiz drew it."""
        answer = hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()
        return {**self.row(), "answer_sha256": answer, **({"variant": self.variant} if self.variant else {})}


def paper(exam: Exam, student_id: str, sent: Responses) -> Iterator[Marked]:
    """Mark all parts of a student; a part without an answer is blank.

    No answer stops the others: what our code cannot get past is a part that is not marked.
    """
    asked_by = {asked.question["question"]: asked for asked in exam.papers[student_id]}
    texts = {
        (number, part["part"]): sent.answers.get((student_id, number, part["part"]), "")
        for number, asked in asked_by.items()
        for part in asked.question["parts"]
    }
    plain: dict[str, list[Marked]] = {}
    for number, asked in asked_by.items():
        before = _together(asked, plain)
        language = asked.question["language"]  # of the variant: a quiz may draw another than the student's
        points = exact(asked.question)
        plain[number] = [
            _waiting(place, texts[place[1:]], points, language, sent.waiting[place])
            if (place := (student_id, number, part["part"])) in sent.waiting
            else _marked(asked, part, place, texts[number, part["part"]], points, language)
            for part in asked.question["parts"]
        ]
        earlier = [one for other in before for one in plain[other]]
        group = [asked_by[other] for other in (*before, number)]
        for one in plain[number]:
            wrong_before = any(other.mark and other.mark.verdict == "wrong" for other in earlier)
            one = _followed(group, one, texts, language) if wrong_before else one
            yield replace(one, variant=asked.question.get("variant", ""))
            earlier.append(one)


def _waiting(place: Place, text: str, points: Mapping[str, Fraction], language: str, why: str) -> Marked:
    """A part that a person must look at first."""
    return Marked(place, None, None, points[place[2]], text, str(interface("feedback.waiting", language)), why)


def _together(asked: Asked, marked: Collection[str]) -> list[str]:
    """The questions before this one that are about the same instance."""
    return [number for number in asked.question.get("together", ()) if number in marked]


def _followed(group: Sequence[Asked], one: Marked, texts: Texts, language: str) -> Marked:
    """A wrong part marked again with the student's own earlier answers in place of the right ones."""
    share = Fraction(repr(group[-1].question.get("follow_through", 0)))
    if share == 0 or one.mark is None or one.mark.verdict != "wrong":
        return one
    try:
        if not all(map(following.installed, group)):
            return replace(one, fault="no follow-through: another version of the family is installed")
        if not following.follows(group, texts, one.place[2], language):
            return one
    except Exception as error:  # noqa: BLE001  # a fault of ours costs nothing that was earned
        return replace(one, fault=f"no follow-through: {type(error).__name__}: {error}")
    said = str(interface("feedback.follows", language))
    return replace(one, points=share * one.most, feedback=said, follows=True)


def _marked(
    asked: Asked, part: Mapping[str, Any], place: Place, text: str, points: Mapping[str, Fraction], language: str
) -> Marked:
    most = points[part["part"]]
    try:
        verdict = mark(PartKey.of(part, asked.key), text, language)
        earned = most if verdict.verdict == "right" else Fraction(0)
        return Marked(place, verdict, earned, most, text, _say(asked, verdict, language))
    except Exception as error:  # noqa: BLE001  # whatever it is, it is ours, and the class goes on
        said = str(interface("feedback.unmarked", language))
        return Marked(place, None, None, most, text, said, f"{type(error).__name__}: {error}")


def _say(asked: Asked, verdict: Mark, language: str) -> str:
    """What the student is told."""
    if verdict.verdict == "invalid":
        which = f" `{verdict.what}`" if verdict.what else ""
        return f"{interface('feedback.invalid', language)}{interface(f'invalid.{verdict.reason}', language)}{which}"
    if verdict.misconception:
        told = titles.said(asked.question["family"], verdict.misconception, language)
        if told:  # else the family is not installed here: the stored key still marks, without its words
            return f"{interface('feedback.misconception', language)}{told}"
    return str(interface(f"feedback.{verdict.verdict}", language))


def total(parts: Iterable[Marked]) -> Fraction | None:
    """The points of some parts together; None where one of them could not be marked."""
    points = [one.points for one in parts]
    known = [value for value in points if value is not None]
    return sum(known, Fraction(0)) if len(known) == len(points) else None


def most(parts: Iterable[Marked]) -> Fraction:
    """The points that some parts can earn together."""
    return sum((one.most for one in parts), Fraction(0))
