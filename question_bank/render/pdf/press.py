"""Prints: sheets in, the bytes of a PDF out."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal, cast

import typst

from question_bank.errors import BankError
from question_bank.render.pdf.document import data
from question_bank.render.sheet import Sheet

_TEMPLATE = Path(__file__).with_name("exam.typ")
_STANDARD: Literal["ua-1"] = "ua-1"  # accessible: refuses a figure or formula without words
_SAME_BYTES = datetime(2000, 1, 1, tzinfo=UTC)
MISSING = "\ufffd"
"""What is printed in the place of a character that no font has."""

_PROBE = '#set document(title: "probe")\n#set text(lang: "en", font: "Libertinus Serif")\n#sys.inputs.c'
# letters of Latin, Greek, Cyrillic and Hebrew, digits and signs, which the fonts are known to have
_KNOWN = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u0131\u0401\u0410-\u044f\u0451\u05be\u05d0-\u05ea\u2010-\u2015\u2018-\u201e\u2026\u2212]*"
)
_PAGES = re.compile(r"pages=(\d+)")
_FIRST_GUESS = 6


class Press:
    """Keeps Typst warm between documents."""

    def __init__(self) -> None:
        self._compiler = typst.Compiler(_TEMPLATE, root=_TEMPLATE.parent, ignore_system_fonts=True)
        self._guess = _FIRST_GUESS

    def document(self, title: str, sheets: Sequence[Sheet], code: Callable[[Sheet, int], str]) -> bytes:
        """One PDF of all the sheets, each of which begins on a right-hand page and is numbered by itself.

        Args:
            title: what the document says it is.
            sheets: papers or solutions.
            code: gives an SVG picture for a sheet and the number of a page, from 1.

        Raises:
            BankError: a formula is not one of the bank's.
        """
        while True:
            pages = range(1, self._guess + 1)
            content = {
                "title": drawn(title).strip() or "·",
                "sheets": [
                    data(sheet, drawn, [code(sheet, page) for page in pages] if sheet.kind == "paper" else [])
                    for sheet in sheets
                ],
            }
            try:
                return self._compiled(json.dumps(content, ensure_ascii=False))
            except typst.TypstError as error:
                found = _PAGES.search(str(error))
                if not found or int(found[1]) <= self._guess:
                    raise BankError(
                        f"{title}: Typst could not set a page: {error}", "Report it, with the exam."
                    ) from error
                self._guess = int(found[1]) + 1  # others may be longer

    def _compiled(self, content: str) -> bytes:
        made = self._compiler.compile(
            sys_inputs={"data": content}, format="pdf", pdf_standards=_STANDARD, timestamp=_SAME_BYTES
        )
        return cast(bytes, made)  # one document


def drawn(words: str) -> str:
    """Text with a replacement character for each that no font has; bare marks of direction are dropped.

    >>> drawn("Søren Ж 你")
    'Søren Ж �'
    """
    if _KNOWN.fullmatch(words):
        return words
    return "".join(map(_drawn, _clusters(unicodedata.normalize("NFC", words))))


def _clusters(words: str) -> Iterator[str]:
    """Characters, each with the marks on it."""
    cluster = ""
    for character in words:
        if cluster and unicodedata.category(character).startswith("M"):
            cluster += character
            continue
        if cluster:
            yield cluster
        cluster = character
    yield cluster


@lru_cache(maxsize=4096)
def _drawn(character: str) -> str:
    if _KNOWN.fullmatch(character):
        return character
    if unicodedata.category(character[0]) in ("Cc", "Cf", "Cs", "Co", "Cn"):
        return "" if unicodedata.category(character[0]) in ("Cc", "Cf") else MISSING
    try:
        typst.compile(
            _PROBE.encode(), sys_inputs={"c": character}, ignore_system_fonts=True, pdf_standards=_STANDARD,
            timestamp=_SAME_BYTES,
        )  # fmt: skip
    except typst.TypstError:
        return MISSING
    return character
