"""What is on a page, before it is drawn: questions, choices, solutions, marks.

The renderers know these and no family: they are made from the rows of an exam folder.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from question_bank.answers import Kind, restore
from question_bank.figures.figure import Row
from question_bank.numerals import DECIMAL_COMMA
from question_bank.text import TextTemplate, interface

Say: TypeAlias = Callable[[str], str]
"""What is said to a misconception, in Markdown."""

_PART_LABELS = {"en": "abcdefgh", "he": "אבגדהוזח", "ru": "абвгдежз", "da": "abcdefgh"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a part was marked, in the student's language; `answer` is the student's own text."""

    name: str
    word: str
    points: str
    feedback: str
    answer: str


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is asked.

    `answer` is the right one in Markdown, "" on a paper; `mistakes` are the values of known
    mistakes, with what is said to them.
    """

    name: str
    label: str
    prompt: str
    points: str
    kind: str
    choices: tuple[tuple[str, str], ...]
    answer: str = ""
    mistakes: tuple[tuple[str, str], ...] = ()
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A line of a solution: what it computes, and the chain of equations."""

    caption: str
    chain: str

    @staticmethod
    def of(text: str) -> "Step":
        """Split a step's text, "caption: $chain$"."""
        caption, mark, chain = text.rpartition(": $")
        return Step(caption, f"${chain}") if mark else Step("", text)


@dataclass(frozen=True, slots=True)
class Item:
    """A question, with what it is worth in words and as a number; `steps` and `solution_figures` are empty on a paper.

    `figures` stand beside the statement, `solution_figures` beside the solution.
    """

    number: str
    points: str
    worth: float
    statement: str
    parts: tuple[Part, ...]
    steps: tuple[Step, ...] = ()
    figures: tuple[Row, ...] = ()
    solution_figures: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A student's pages in one language. `kind` is "paper", "solutions", "feedback" or "preview"."""

    kind: str
    language: str
    title: str
    student_id: str
    name: str
    rules: str
    items: tuple[Item, ...]
    total: str


def points_number(points: float, language: str) -> str:
    """Points with at most two decimals.

    >>> points_number(1.5, "da"), points_number(2.0, "en")
    ('1,5', '2')
    """
    number = f"{points:.2f}".rstrip("0").rstrip(".")
    return number.replace(".", ",") if language in DECIMAL_COMMA else number


def points_text(points: float, language: str) -> str:
    """Points with their word.

    >>> points_text(1.5, "da"), points_text(1, "he")
    ('1,5 point', 'נקודה אחת')
    """
    number = points_number(points, language)
    if number == "1":
        return str(interface("label.one_point", language))
    return f"{number} {interface('label.points', language)}"


def label(place: int, count: int, language: str) -> str:
    """The label of a part: (a), (א), а); none where there is one part only."""
    if count == 1:
        return ""
    letter = _PART_LABELS[language][place]
    return f"{letter})" if language in ("ru", "da") else f"({letter})"


def item(
    question: Mapping[str, Any],
    key: Mapping[str, Any] | None = None,
    verdicts: Mapping[str, Verdict] | None = None,
    say: Say | None = None,
) -> Item:
    """A question from its rows.

    Args:
        question: its row of questions.jsonl.
        key: its row of key.jsonl, where solutions are wanted.
        verdicts: of each part, where feedback is wanted.
        say: what is said to a misconception, where known mistakes are wanted.
    """
    language = question["language"]
    rows: Sequence[Mapping[str, Any]] = question["parts"]
    parts = []
    for place, row in enumerate(rows):
        choices = tuple((choice["letter"], choice["text"]) for choice in row["choices"])
        answer = _answer(row, key, language) if key else ""
        mistakes = _mistakes(row, key, language, say) if key and say else ()
        verdict = (verdicts or {}).get(row["part"])
        parts.append(
            Part(
                row["part"],
                label(place, len(rows), language),
                row["prompt"],
                points_text(row["points"], language) if len(rows) > 1 else "",
                row["kind"],
                choices,
                answer,
                mistakes,
                verdict,
            )
        )
    steps = tuple(Step.of(step["text"]) for step in key["steps"]) if key else ()
    solution_figures = tuple(key.get("solution_figures", ())) if key else ()
    return Item(
        number=question["question"],
        points=points_text(question["points"], language),
        worth=question["points"],
        statement=question["statement"],
        parts=tuple(parts),
        steps=steps,
        figures=_but_for(question.get("figures", ()), solution_figures),
        solution_figures=solution_figures,
    )


def _but_for(figures: Iterable[Row], others: Iterable[Row]) -> tuple[Row, ...]:
    """The figures of a paper without those that the solution draws with more in them."""
    kinds = {row["kind"] for row in others}
    return tuple(row for row in figures if row["kind"] not in kinds)


def items(
    rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any] | None]],
    verdicts: Mapping[str, Mapping[str, Verdict]] | None = None,
    saying: Callable[[Mapping[str, Any]], Say] | None = None,
) -> tuple[Item, ...]:
    """The questions of a paper; what a group of them has in common is told once.

    Args:
        rows: for each question its row of questions.jsonl, and of key.jsonl where solutions are wanted.
        verdicts: of each question and part, where feedback is wanted.
        saying: for a question, what is said to its misconceptions, where known mistakes are wanted.
    """
    told: dict[str, list[str]] = {}
    made: list[Item] = []
    for question, key in rows:
        say = saying(question) if saying else None
        one = item(question, key, (verdicts or {}).get(question["question"]), say)
        group = [number for number in question.get("together", ()) if number in told]
        told[question["question"]] = one.statement.split(_PARAGRAPH)
        shown = [figure for other in made if other.number in group for figure in other.figures]
        made.append(
            replace(
                one,
                statement=_shortened(one.statement, group, told, question["language"]),
                figures=tuple(figure for figure in one.figures if figure not in shown),
            )
        )
    return tuple(made)


_PARAGRAPH = "\n\n"


def _shortened(statement: str, group: Sequence[str], told: Mapping[str, Sequence[str]], language: str) -> str:
    """A statement without the paragraphs that an earlier question of its group begins with too."""
    for number in group:
        paragraphs = statement.split(_PARAGRAPH)
        same = 0
        while same < min(len(paragraphs), len(told[number])) and paragraphs[same] == told[number][same]:
            same += 1
        if same:
            lead = TextTemplate.of(interface("label.same_data", language)).fill({"question": number}.__getitem__)
            return _PARAGRAPH.join([lead, *paragraphs[same:]])
    return statement


def _kind(row: Mapping[str, Any], key: Mapping[str, Any]) -> Kind:
    return restore(row["kind"], {**row, **key["tolerance"].get(row["part"], {})})


def _answer(row: Mapping[str, Any], key: Mapping[str, Any], language: str) -> str:
    name, kind = row["part"], _kind(row, key)
    shown = kind.show(kind.decode(key["answers"][name]), language)
    letter = key.get("letters", {}).get(name)
    return f"{letter}: {shown}" if letter else shown


def _mistakes(row: Mapping[str, Any], key: Mapping[str, Any], language: str, say: Say) -> tuple[tuple[str, str], ...]:
    kind = _kind(row, key)
    known = key["misconceptions"][row["part"]]
    return tuple((kind.show(kind.decode(value), language), say(name)) for name, value in known.items())
