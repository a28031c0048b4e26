"""The feedback page of a student: questions, verdicts, solutions."""

from collections.abc import Sequence
from fractions import Fraction

from question_bank.exam.folder import Exam
from question_bank.exam.marked import Marked, most, total
from question_bank.render import sheet
from question_bank.render.sheet import Sheet, Verdict
from question_bank.text import interface

_LONGEST_SHOWN = 300


def page(exam: Exam, student_id: str, paper: Sequence[Marked]) -> Sheet:
    """What a student is shown of a marked paper; no total where a part could not be marked."""
    student = exam.students[student_id]
    language = student.language
    verdicts: dict[str, dict[str, Verdict]] = {}
    for one in paper:
        name = one.mark.verdict if one.mark else "unmarked"
        verdicts.setdefault(one.question, {})[one.place[2]] = Verdict(
            name=name,
            word=interface(f"verdict.{name}", language),
            points=_of(one.points, one.most, language),
            feedback=one.feedback,
            answer=visible(one.text),
        )
    rows = [(asked.question, asked.key) for asked in exam.papers[student_id]]
    return Sheet(
        kind="feedback",
        language=language,
        title=exam.title[language],
        student_id=student.id,
        name=student.name,
        rules="",
        items=sheet.items(rows, verdicts),
        total=_of(total(paper), most(paper), language),
    )


def _of(points: Fraction | None, most: Fraction, language: str) -> str:
    if points is None:
        return ""
    earned = sheet.points_number(float(points), language)
    return f"{earned} {interface('label.out_of', language)} {sheet.points_text(float(most), language)}"


def visible(text: str) -> str:
    """A text as it may be shown: cut at 300 characters, control characters made visible.

    >>> visible("12" + chr(27) + "[31m")
    '12�[31m'
    """
    shown = "".join(
        character if character.isprintable() or character in "\n " else "\ufffd" for character in text[:_LONGEST_SHOWN]
    )
    return f"{shown}…" if len(text) > _LONGEST_SHOWN else shown
