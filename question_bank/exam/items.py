"""What an analysis of an exam needs to know of each answer, beside the marks.

The rows of marks.jsonl are fixed; these stand beside them, one for one: which family asked, how
much effort its numbers took, and what lay behind each letter where choices were offered. Letters
are shuffled for every student, so only what lay behind them can be compared.
"""

from collections.abc import Mapping
from typing import Any

from question_bank.answers import Invalid
from question_bank.exam.folder import SCHEMA, Asked
from question_bank.exam.marked import Marked
from question_bank.exam.scored import FILLER, KEY
from question_bank.marking import PartKey, mark, read


def row(asked: Asked, one: Marked) -> dict[str, Any]:
    """The row of items.jsonl beside a row of marks.jsonl.

    `chosen` is the letter of the choice that the answer names or equals, None where it is none of
    them; `offered` says of each letter whether the key, a misconception or a filler lay behind it,
    and is empty for a free answer. `effort` is None in exams that do not keep it.
    """
    student_id, question, part = one.place
    offered, chosen = _choices(asked, part, one.text)
    return {
        "schema": SCHEMA,
        "student_id": student_id,
        "question": question,
        "part": part,
        "slot": asked.question["slot"],
        "family": asked.question["family"],
        "level": asked.question["level"],
        "index": asked.question["index"],
        "effort": asked.key.get("effort"),
        "kind": _row_of(asked, part)["kind"],
        "language": asked.question["language"],
        "chosen": chosen,
        "offered": offered,
    }


def _row_of(asked: Asked, part: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = next(row for row in asked.question["parts"] if row["part"] == part)
    return found


def _choices(asked: Asked, part: str, text: str) -> tuple[dict[str, str], str | None]:
    """What was offered behind each letter, and which letter was chosen."""
    if not asked.key.get("options", {}).get(part):
        return {}, None
    try:
        key = PartKey.of(_row_of(asked, part), asked.key)
        language = asked.question["language"]
        return {letter: _behind(key, letter, language) for letter in key.options}, _chosen(key, text, language)
    except Exception:  # noqa: BLE001  # a fault of ours, which problems.csv tells; the marks go on
        return {}, None


def _behind(key: PartKey, letter: str, language: str) -> str:
    """What marking would say to the letter: so a choice and its diagnosis cannot disagree."""
    verdict = mark(key, letter, language)
    return KEY if verdict.verdict == "right" else verdict.misconception or FILLER


def _chosen(key: PartKey, text: str, language: str) -> str | None:
    value = read(key, text, language)
    if isinstance(value, Invalid):
        return None
    return next((letter for letter, offered in key.options.items() if key.kind.equal(offered, value)), None)
