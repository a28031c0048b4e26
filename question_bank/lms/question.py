"""A question for a learning management system, gathered from its rows in an exam folder."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Any

from question_bank import strict_json
from question_bank.figures.figure import Row
from question_bank.lms.forms import Form, form
from question_bank.points import exact
from question_bank.render import sheet
from question_bank.render.sheet import Say
from question_bank.text import interface


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
        code: stands in the text, so that a variant can be told in what a system gives back; see `code`.
        number: along the paper, from 1.
        together: whether other questions of the paper are about the same numbers.
        family: that it comes from.
        language: of all its texts.
        statement: in Markdown.
        parts: in their order.
        solution: the worked solution in Markdown.
        figures: beside the statement.
        solution_figures: beside the solution.
    """

    id: str
    code: str
    number: int
    together: bool
    family: str
    language: str
    statement: str
    parts: tuple[Part, ...]
    solution: str
    figures: tuple[Row, ...] = ()
    solution_figures: tuple[Row, ...] = ()

    def code_of(self, place: int) -> str:
        """The code of a part that became a question of its own."""
        return f"{self.code}-{place + 1}" if len(self.parts) > 1 else self.code

    @property
    def points(self) -> Fraction:
        """Of all parts."""
        return sum((part.points for part in self.parts), Fraction(0))


CODE = re.compile(r"(?<![0-9a-z])(cm[0-9a-f]{10})(?:-([1-9]))?(?![0-9a-z])", re.IGNORECASE)
"""A code within a text, and the number of a part where the parts became questions of their own."""


def code(row: Mapping[str, Any]) -> str:
    """The code of a variant: a hash of what is asked. Whose it is on paper plays no part in it.

    Args:
        row: of questions.jsonl.
    """
    asked = {name: row[name] for name in ("question", "family", "version", "language", "given", "statement", "parts")}
    return f"cm{sha256(strict_json.line(asked).encode()).hexdigest()[:10]}"


def variant(code: str, language: str) -> str:
    """The line of a question's text that names its variant, in HTML."""
    return f"<p><small>{interface('label.variant', language)} {code}</small></p>"


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
        code=code(row),
        number=int(row["question"]),
        together=bool(row.get("together")),
        family=row["family"],
        language=language,
        statement=row["statement"],
        parts=parts,
        solution="\n\n".join(["\n".join(steps), *answers]).strip(),
        figures=tuple(row.get("figures", ())),
        solution_figures=item.solution_figures,
    )
