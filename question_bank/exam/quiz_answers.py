"""What was answered to a variant in a quiz, told from the text of a report; None where it cannot be told."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from itertools import islice
from typing import Any

from question_bank.answers import Invalid
from question_bank.exam.folder import Asked
from question_bank.lms import downloads
from question_bank.lms.downloads import Answered
from question_bank.lms.forms import Choice, Form, Grid, YesNo, form
from question_bank.lms.markup import MATHJAX
from question_bank.lms.moodle import inside
from question_bank.marking import PartKey
from question_bank.parsing import Unreadable, clean, number

_LETTER = re.compile(r"([A-H])\.(?:\s|$)")
_TAG = re.compile(r"<[^>]*>")
_TRUE_FALSE = {"true": "yes", "false": "no"}
_NOTHING = ("", "-")  # as Moodle writes it
_WHOLE = frozenset({"shape", "counts"})  # whose numbers are integers: 10.803 is a Danish ten thousand


def texts(asked: Asked, answered: Answered, system: str) -> dict[int, str | None]:
    """The answers by the place of their part, as a student would have typed them; None for one that cannot be told.

    Args:
        asked: the variant.
        answered: to it, or to one of its parts.
        system: "moodle" or "canvas".
    """
    parts, text = asked.question["parts"], answered.text
    if answered.part is not None:
        return {answered.part - 1: _single(asked, answered.part - 1, text, system)}
    if system == "moodle" and downloads.is_cloze(text) and (len(parts) > 1 or isinstance(_form(asked, 0), Grid)):
        return _cloze(asked, text)
    if len(parts) > 1:
        return dict.fromkeys(range(len(parts)), "" if text.strip() in _NOTHING else None)
    return {0: _single(asked, 0, text, system)}


def _cloze(asked: Asked, text: str) -> dict[int, str | None]:
    """The answers to the fields of a cloze question of Moodle."""
    forms = [_form(asked, place) for place in range(len(asked.question["parts"]))]
    sizes = [form.cells if isinstance(form, Grid) else 1 for form in forms]
    found = downloads.fields(text, sum(sizes))
    if found is None:
        return dict.fromkeys(range(len(forms)))
    remaining = iter(found)
    cells = [list(islice(remaining, size)) for size in sizes]
    return {
        place: _table(asked, place, kind, cells[place])
        if isinstance(kind, Grid)
        else _typed(asked, place, kind, cells[place][0])
        for place, kind in enumerate(forms)
    }


def _single(asked: Asked, place: int, text: str, system: str) -> str | None:
    """The answer to a part that was asked by itself."""
    kind = _form(asked, place)
    if system == "moodle":
        if text.strip() == "-":  # nothing, or typed by a student for "does not exist"
            return None if PartKey.of(asked.question["parts"][place], asked.key).answer is None else ""
        return text if isinstance(kind, Grid) else _typed(asked, place, kind, text)  # GIFT has no tables
    if not isinstance(kind, Grid):
        return _typed(asked, place, kind, text)
    if not text.replace(",", "").strip():
        return ""
    cells = downloads.blanks(text, kind.cells)
    return None if cells is None else _table(asked, place, kind, cells)


def _form(asked: Asked, place: int) -> Form:
    return form(asked.question["parts"][place], asked.key, asked.question["language"], lambda _: "")


def _typed(asked: Asked, place: int, kind: Form, text: str) -> str | None:
    """One response: the letter of a choice, the word of a yes or no, or what was typed."""
    if not text.strip():
        return ""
    if isinstance(kind, Choice):
        return _letter(asked.question["parts"][place]["choices"], text)
    if isinstance(kind, YesNo):
        word = _TRUE_FALSE.get(text.strip().casefold(), text)
        read = PartKey.of(asked.question["parts"][place], asked.key).kind.parse(word, asked.question["language"])
        return None if isinstance(read, Invalid) else word  # chosen, not typed: a word that we do not know
    return text


def _letter(choices: Sequence[Mapping[str, str]], text: str) -> str | None:
    """The letter of the choice that a report shows: by its letter, or by its text in one of the ways it is written."""
    if found := _LETTER.match(text.strip()):
        return found[1]
    shown = _bare(text)
    letters = [
        choice["letter"]
        for choice in choices
        if shown in (_bare(unescape(_TAG.sub("", MATHJAX.line(choice["text"])))), _bare(inside(choice["text"])))
    ]
    return letters[0] if len(letters) == 1 else None


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _table(asked: Asked, place: int, kind: Grid, cells: Sequence[str]) -> str:
    """The cells of tables as one text, in the nesting of the key; "" where all are empty."""
    if not any(cell.strip() for cell in cells):
        return ""
    part, language = asked.question["parts"][place], asked.question["language"]
    entries = iter([_entry(cell, language, integer=part["kind"] in _WHOLE) for cell in cells])
    try:
        return json.dumps(_nested(PartKey.of(part, asked.key).answer, entries))
    except _NoNumberError:
        rows = iter(cells)
        return "; ".join(" ".join(next(rows).strip() or "?" for _ in row) for table in kind.tables for row in table)


class _NoNumberError(ValueError):
    """A cell holds no number."""


def _entry(cell: str, language: str, *, integer: bool) -> int | str | None:
    """A number as the key's JSON writes it; None for what is none."""
    try:
        value = number(clean(cell), language, integer=integer)
    except Unreadable:
        return None
    return value if isinstance(value, int) else f"{value.numerator}/{value.denominator}"


def _nested(answer: Any, entries: Iterator[int | str | None]) -> Any:
    if isinstance(answer, list | tuple):
        return [_nested(entry, entries) for entry in answer]
    entry = next(entries)
    if entry is None:
        raise _NoNumberError
    return entry
