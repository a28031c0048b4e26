"""A sheet as the data of the template exam.typ: text as strings, formulas as maths with their words."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from question_bank.figures.figure import Row
from question_bank.render import blocks as text
from question_bank.render.blocks import Block, Break, Formula, Listing, Marked, Paragraph, Run, Words
from question_bank.render.figures import picture
from question_bank.render.maths.spoken import spoken
from question_bank.render.maths.typst import typst
from question_bank.render.sheet import Item, Part, Sheet, points_number, points_text
from question_bank.text import RIGHT_TO_LEFT, interface

_WORDS = (
    "question", "answer", "right_answer", "solution", "mistakes", "page", "marks", "worth", "total",
)  # fmt: skip
_SHORT = 60
_FOOT = 70
_UNBROKEN = re.compile(r"\S{40,}")
_AREAS = {"matrix": "squared", "tensor": "squared", "yes_no": "yes_no"}


def data(sheet: Sheet, draw: Callable[[str], str], codes: Sequence[str]) -> dict[str, Any]:
    """What the template knows of a sheet.

    Args:
        sheet: a paper, or its solutions.
        draw: replaces the characters that no font has.
        codes: SVG pictures, one for each page of a paper.

    Raises:
        BankError: a formula is not one of the bank's.
    """
    return _Writer(sheet.language, draw).sheet(sheet, codes)


class _Writer:
    def __init__(self, language: str, draw: Callable[[str], str]) -> None:
        self._language = language
        self._draw = draw

    def sheet(self, sheet: Sheet, codes: Sequence[str]) -> dict[str, Any]:
        language = self._language
        title = self._draw(_line(sheet.title)).strip() or "·"
        name = self._draw(_line(sheet.name))
        identity = self._draw(_line(sheet.student_id))
        words = {word: interface(f"label.{word}", language) for word in _WORDS}
        return {
            "kind": sheet.kind,
            "language": language,
            "rtl": language in RIGHT_TO_LEFT,
            "title": title if sheet.kind == "paper" else f"{title}: {interface(f'label.{sheet.kind}', language)}",
            "whose": _breakable(f"{name} ({identity})"),
            "short": {"title": _cut(title), "whose": _cut(f"{name} ({identity})")},
            "who": [
                [interface("label.name", language), _breakable(name)],
                [interface("label.id", language), _breakable(identity)],
                [interface("label.language", language), interface("language", language)],
            ],
            "rules": self._blocks(text.blocks(sheet.rules)),
            "questions": [self._question(item) for item in sheet.items],
            "total": points_text(sum(item.worth for item in sheet.items), language),
            "codes": list(codes),
            "words": {**words, "yes": interface("value.yes", language), "no": interface("value.no", language)},
        }

    def _question(self, item: Item) -> dict[str, Any]:
        return {
            "number": item.number,
            "points": item.points,
            "worth": points_number(item.worth, self._language),
            "statement": self._blocks(text.blocks(item.statement)),
            "figures": self._figures(item.figures),
            "parts": [self._part(part) for part in item.parts],
            "steps": [{"caption": self._line(step.caption), "chain": self._line(step.chain)} for step in item.steps],
            "solution_figures": self._figures(item.solution_figures),
        }

    def _figures(self, rows: Sequence[Row]) -> list[dict[str, str]]:
        return [{"svg": it.svg, "alt": it.alt} for it in (picture(row, self._language) for row in rows)]

    def _part(self, part: Part) -> dict[str, Any]:
        return {
            "label": part.label,
            "prompt": self._line(part.prompt),
            "points": part.points,
            "choices": [[letter, self._line(choice)] for letter, choice in part.choices],
            "area": _AREAS.get(part.kind, "line"),
            "right": self._line(part.answer),
            "mistakes": [[self._line(value), self._line(said)] for value, said in part.mistakes],
        }

    def _line(self, markdown: str) -> list[Any]:
        return self._runs(text.line(markdown))

    def _blocks(self, blocks: Sequence[Block]) -> list[dict[str, Any]]:
        return [self._block(block) for block in blocks]

    def _block(self, block: Block) -> dict[str, Any]:
        match block:
            case Paragraph(runs):
                return {"p": self._runs(runs)}
            case Listing(numbered, items, start):
                return {"numbered": numbered, "start": start, "items": [self._blocks(item) for item in items]}
            case text.Table(header, rows):
                return {
                    "table": [self._runs(cell) for cell in header],
                    "rows": [[self._runs(cell) for cell in row] for row in rows],
                }

    def _runs(self, runs: Sequence[Run]) -> list[Any]:
        return [self._run(run) for run in runs]

    def _run(self, run: Run) -> Any:
        match run:
            case Words(words):
                return self._draw(words)
            case Formula(written, alone):
                latex = self._draw(written)
                how = "alone" if alone else "short" if len(latex) <= _SHORT else "long"
                return {"m": typst(latex), "a": spoken(latex, self._language) or latex or "·", "how": how}
            case Marked(mark, inner):
                return {mark: self._runs(inner)}
            case Break():
                return {"break": True}


def _line(outside: str) -> str:
    """A name as one line of characters that can be seen."""
    return " ".join("".join(char if char.isprintable() else " " for char in outside).split())


def _cut(words: str) -> str:
    """What fits into the foot of a page."""
    return words if len(words) <= _FOOT else f"{words[: _FOOT - 1].rstrip()}…"


def _breakable(words: str) -> str:
    """A name that may be broken where it has no spaces for long."""
    return _UNBROKEN.sub(lambda run: "\u200b".join(run[0]), words)
