"""Lists and matrices as students write them."""

import json
import re
from fractions import Fraction
from typing import Any

from question_bank.numerals import DECIMAL_COMMA
from question_bank.parsing.clean import LONGEST, Unreadable
from question_bank.parsing.numbers import Exact, number

DEEPEST = 40

_BRACKETS = str.maketrans("({)}", "[[]]")
# clean() leaves at most one space between words, so no pattern here runs over long white space
_TIMES = re.compile(r" ?(?:[x×*хХX]|\\times) ?| (?:by|על|на|gange) ", re.IGNORECASE)
_LABEL = re.compile(r"[^\W\d]\w{0,20} ?= ?")
_LAST_COMMA = re.compile(r", ?(\])")
_COMMA_LIST = re.compile(" ?[,;] ?")


def _from_json(text: str) -> Any:
    """The JSON value of a text, numbers exact; None where the text is no JSON list."""

    def refuse(_: str) -> Any:
        raise Unreadable("not_finite")

    try:
        value = json.loads(
            text,
            parse_constant=refuse,
            parse_int=lambda digits: number(digits, "en"),
            parse_float=lambda digits: number(digits, "en"),
        )
    except (ValueError, RecursionError) as error:
        if isinstance(error, Unreadable):
            raise
        return None
    return _quotients(value) if isinstance(value, list) else None


def _quotients(value: Any) -> Any:
    """Fractions written as JSON strings, read."""
    if isinstance(value, list):
        return [_quotients(entry) for entry in value]
    return number(value, "en") if isinstance(value, str) else value


def _numbers_only(value: Any, depth: int = 0) -> bool:
    if isinstance(value, list):
        return bool(value) and depth < DEEPEST and all(_numbers_only(entry, depth + 1) for entry in value)
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def sequence(text: str, language: str, *, integers: bool = False) -> list[Exact]:
    """A list of numbers: 3x4, 3 by 4, (3, 4), [3,4], 3 4, or one number alone.

    Args:
        text: cleaned text.
        language: decides whether a lone comma is a decimal comma.
        integers: integers are expected; 1.024 x 512 (in ru and da) are then 1024 and 512.

    >>> sequence("3×4", "en"), sequence("(3, 4)", "en"), sequence("7", "en")
    ([3, 4], [3, 4], [7])
    >>> sequence("1,300; 48", "en", integers=True)
    [1300, 48]
    """
    squared = _LAST_COMMA.sub(r"\1", _LABEL.sub("", re.sub("\n+", " ", text)).translate(_BRACKETS))
    value = _from_json(squared)
    if value is not None:
        if not _numbers_only(value) or any(isinstance(entry, list) for entry in value):
            raise Unreadable("not_a_list")
        return list(value)
    inner = squared
    if inner.startswith("[") and inner.endswith("]"):
        inner = inner[1:-1].strip()
    return _row(inner, language, "not_a_list", integers=integers)


def _row(text: str, language: str, reason: str, *, integers: bool = False) -> list[Exact]:
    if not text:
        raise Unreadable(reason)
    parts = _TIMES.split(text)
    if len(parts) == 1 and integers and ";" in text:  # a comma is then a thousands mark
        parts = [part.strip() for part in text.strip("; ").split(";")]
    elif len(parts) == 1:
        commas = "," in text or ";" in text
        spaced = " " in re.sub(r"\s*([,;])\s+", r"\1 ", text).replace(", ", ",").replace("; ", ";")
        decimal_commas = language in DECIMAL_COMMA and spaced and re.search(r"\d,\d", text)
        parts = text.split() if spaced and (decimal_commas or not commas) else _COMMA_LIST.split(text)
    if len(parts) > LONGEST // 2:
        raise Unreadable("too_long")
    try:
        return [number(part, language, integer=integers) for part in parts]
    except Unreadable as error:
        raise Unreadable(reason if error.reason == "not_a_number" else error.reason) from None


def nested(text: str, language: str) -> list[Any]:
    """A matrix or tensor: JSON lists of any depth, or rows split by `;` or line breaks.

    >>> nested("1 2; 3 4", "en"), nested("[[1, 2], [3, 4]]", "en")
    ([[1, 2], [3, 4]], [[1, 2], [3, 4]])
    """
    squared = text.translate(_BRACKETS)
    for candidate in (squared, f"[{squared}]"):
        value = _from_json(candidate)
        if value is not None and value and isinstance(value[0], list):
            if not _numbers_only(value):
                raise Unreadable("not_a_matrix")
            return list(value)
    flat = re.sub(r"\]\s*(?:[,;]\s*)?\[", ";", squared)
    rows = [row.strip(" []").rstrip(",") for row in re.split(r"[;\n]", flat)]
    matrix = [_row(row, language, "not_a_matrix") for row in rows if row]
    if not matrix:
        raise Unreadable("not_a_matrix")
    return matrix
