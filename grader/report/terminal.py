"""Outcomes of tests in the lines of a terminal: what is alike is told once, and long messages are cut."""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby

from grader.escaping import line
from grader.records import TestOutcome

_MOST_LINES = 6


def alike(tests: Iterable[TestOutcome]) -> Iterator[tuple[TestOutcome, ...]]:
    """Neighbours that ended in one way with one message, together; a test without a message stands alone."""
    for (_, message), same in groupby(tests, key=lambda test: (test.status, test.message)):
        if message:
            yield tuple(same)
        else:
            yield from ((test,) for test in same)


def cut(message: str) -> Iterator[str]:
    r"""The first lines of a message, each fit for a terminal.

    >>> list(cut("a\n\n\x1b[1mb"))
    ['a', '�[1mb']
    """
    lines = [told for text in message.splitlines() if (told := line(text))]
    yield from lines[:_MOST_LINES]
    if len(lines) > _MOST_LINES:
        yield f"and {len(lines) - _MOST_LINES} more lines"


def padded(text: str, width: int) -> str:
    """A text with spaces after it, so that it fills so many columns of a terminal.

    >>> padded("ab", 4) + "|", padded("図🎓", 5) + "|", padded("שִׁיר", 5) + "|"
    ('ab  |', '図🎓 |', 'שִׁיר  |')
    """
    return text + " " * (width - columns(text))


def columns(text: str) -> int:
    """How many columns of a terminal a text fills: letters of East Asia and emoji two, accents none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )
