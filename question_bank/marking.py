"""Mark one answer: right, wrong, invalid or blank, and which misconception it shows.

Only stored things are read, the question's row and the key's row; nothing is drawn again. The
text is a student's, and hostile.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from question_bank.answers import Invalid, Kind, Real, restore
from question_bank.numerals import nearest_double
from question_bank.parsing import Unreadable, clean

_LETTER = re.compile(r"[(\[]?([A-Ha-h])[)\].:]?")
# Cyrillic letters that look like Latin ones, from a Russian keyboard
_LOOKALIKES = str.maketrans("АВСЕНавсен", "ABCEHabceh")


@dataclass(frozen=True, slots=True)
class Mark:
    """The verdict on one answer.

    `misconception` names the mistake a wrong answer shows, if one is known to lead to it;
    `reason` says why an invalid one cannot be read, and `what` which word of it.
    """

    verdict: str
    misconception: str | None = None
    reason: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class PartKey:
    """What is needed to mark one part.

    `options` holds the value behind each letter where choices were offered.
    """

    kind: Kind
    answer: Any
    misconceptions: Mapping[str, Any]
    options: Mapping[str, Any]

    @staticmethod
    def of(part: Mapping[str, Any], key: Mapping[str, Any]) -> "PartKey":
        """Take the part of a question's row together with its key's row."""
        name = part["part"]
        tolerance = key["tolerance"].get(name, {})
        kind = restore(part["kind"], {**part, **tolerance})
        return PartKey(
            kind=kind,
            answer=kind.decode(key["answers"][name]),
            misconceptions={
                mistake: kind.decode(value) for mistake, value in key["misconceptions"].get(name, {}).items()
            },
            options={letter: kind.decode(value) for letter, value in key.get("options", {}).get(name, {}).items()},
        )


def mark(key: PartKey, text: str, language: str) -> Mark:
    """The verdict on a student's text.

    Args:
        key: of the part.
        text: the cell as it came; any text at all.
        language: the student's.
    """
    if is_blank(text):
        return Mark("blank")
    value = read(key, text, language)
    if isinstance(value, Invalid):
        return Mark("invalid", reason=value.reason, what=value.what)
    if key.kind.equal(key.answer, value):
        return Mark("right")
    return Mark("wrong", _misconception(key, value))


def is_blank(text: str) -> bool:
    """Whether nothing but white space and invisible marks was sent in."""
    try:
        return not clean(text)
    except Unreadable:
        return False


def read(key: PartKey, text: str, language: str) -> Any:
    """The value of a student's text, a letter's where choices were offered; Invalid where it has none."""
    if key.options:
        try:
            letter = _LETTER.fullmatch(clean(text).translate(_LOOKALIKES))
        except Unreadable as error:
            return Invalid(error.reason)
        if letter:
            return key.options.get(letter[1].upper(), Invalid("not_a_choice"))
    return key.kind.parse(text, language)


def _misconception(key: PartKey, value: Any) -> str | None:
    shown = [name for name, mistaken in key.misconceptions.items() if key.kind.equal(mistaken, value)]
    if len(shown) > 1 and isinstance(key.kind, Real):
        # two mistakes may lie so close that one answer is within the tolerance of both
        return min(shown, key=lambda name: abs(nearest_double(key.misconceptions[name]) - nearest_double(value)))
    return shown[0] if shown else None
