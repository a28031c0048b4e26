"""A question for a learning management system, gathered from its rows in an exam folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from question_bank.figures.figure import Row
from question_bank.lms.forms import Form, form
from question_bank.points import exact
from question_bank.render import sheet
from question_bank.render.sheet import Say


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is asked: its label and prompt in Markdown, its points, and how the answer is given."""

    label: str
    prompt: str
    points: Fraction
    form: Form


@dataclass(frozen=True, slots=True)
class Question:
    """One question of one student.

    Args:
        id: student and number; no other question of the exam has it.
        number: along the paper, from 1.
        together: whether other questions of the paper are about the same numbers.
        family: that it comes from.
        language: of all its texts.
        statement: in Markdown.
        parts: in their order.
        solution: the worked solution in Markdown.
        figures: beside the statement.
        worked: beside the solution.
    """

    id: str
    number: int
    together: bool
    family: str
    language: str
    statement: str
    parts: tuple[Part, ...]
    solution: str
    figures: tuple[Row, ...] = ()
    worked: tuple[Row, ...] = ()

    @property
    def points(self) -> Fraction:
        """Of all parts."""
        return sum((part.points for part in self.parts), Fraction(0))


def question(row: Mapping[str, Any], key: Mapping[str, Any], say: Say) -> Question:
    """Gather a question.

    Args:
        row: of questions.jsonl.
        key: of key.jsonl.
        say: gives the words for a mistake by its name, in the question's language.
    """
    language, points = row["language"], exact(row)
    item = sheet.item(row, key)
    parts = tuple(
        Part(shown.label, shown.prompt, points[part["part"]], form(part, key, language, say))
        for part, shown in zip(row["parts"], item.parts, strict=True)
    )
    steps = [
        f"{number}. {step.caption}: {step.chain}" if step.caption else f"{number}. {step.chain}"
        for number, step in enumerate(item.steps, 1)
    ]
    answers = [f"{part.label} **{part.answer}**".strip() for part in item.parts if part.answer]
    return Question(
        id=f"{row['student_id']}-{row['question']}",
        number=int(row["question"]),
        together=bool(row.get("together")),
        family=row["family"],
        language=language,
        statement=row["statement"],
        parts=parts,
        solution="\n\n".join(["\n".join(steps), *answers]).strip(),
        figures=tuple(row["figures"]),
        worked=item.worked,
    )
