"""What Moodle and Canvas give of a quiz that was sat: who answered which variant, and what.

Moodle: the Responses report of a quiz, with the question texts, downloaded as CSV. A row for each attempt, and
for each question the columns "Question n" and "Response n". Canvas: the Student Analysis of a quiz. A row for
each attempt, the newest first, and a column for every variant that somebody drew, with its text as the header
and a column of points behind it. The texts hold the codes of the variants (question_bank.lms.question).

Source: the reports' own code, `mod/quiz/report/responses` of Moodle and `quiz_statistics/student_analysis` of
Canvas. Moodle writes "-" where there is no response, "part 1: 5; part 2: 7" for a cloze question, cells without the
space at their end, and headers in the language of whoever downloads; only English ones are read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from question_bank.errors import UsageError
from question_bank.lms.question import CODE

Records = Sequence[tuple[int, Sequence[str]]]

_MOODLE = re.compile(r"(Question|Response) (\d+)")
_FIRST, _LAST, _EMAIL = ("First name",), ("Last name", "Surname"), ("Email address",)
_STATE, _ENDED = ("Status", "State"), ("Completed",)
_FINISHED = ("Finished", "Submitted")
_POINTS = re.compile(r"\d+(\.\d+)?")
_ESCAPED_COMMA = re.compile(r"(?<!\\),")
_FIELD = r"(?:^|; )[^\W\d_]+ {} ?:(?: |$|(?=;))"


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever sat an attempt, as a system calls them; what it does not say is empty."""

    id: str
    email: str
    name: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A response, and the variant that it answers; `part` counts from 1 where parts are asked by themselves."""

    code: str
    part: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """A row of a report.

    `ended` orders a student's attempts, and is None where the report does not say; `odd` holds question texts
    without a code, no questions of ours or changed ones; `flaw` says why a row cannot be read.
    """

    line: int
    who: Person
    answers: tuple[Answered, ...] = ()
    ended: str | None = None
    odd: tuple[str, ...] = ()
    flaw: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The rows in the order of the file; `system` is "moodle" or "canvas"."""

    system: str
    attempts: tuple[Attempt, ...]


def is_report(header: Sequence[str]) -> bool:
    """Whether the first row is that of such a report."""
    names = [name.strip() for name in header]
    return any(map(CODE.search, names)) or any(_MOODLE.fullmatch(name) for name in names)


def report(records: Records) -> Report:
    """Read a report.

    Args:
        records: its rows with their lines, the header first.

    Raises:
        UsageError: it lacks the columns that say who answered what.
    """
    (_, first), *rows = records
    header = [name.strip() for name in first]
    if any(map(CODE.search, header)):
        return Report("canvas", tuple(_canvas(header, rows)))
    return Report("moodle", tuple(_moodle(header, rows)))


def _moodle(header: Sequence[str], rows: Records) -> Iterator[Attempt]:
    places: dict[str, dict[str, int]] = {}
    for place, name in enumerate(header):
        if found := _MOODLE.fullmatch(name):
            places.setdefault(found[2], {})[found[1]] = place
    for number, pair in places.items():
        for what in ("Question", "Response"):
            if what not in pair:
                raise UsageError(
                    f"the column {what} {number} is missing",
                    "In Moodle tick both the question text and the response, then download the report again.",
                )
    for line, cells in rows:
        known = dict(zip(header, cells, strict=False))
        named = " ".join(filter(None, (_cell(known, _FIRST), _cell(known, _LAST))))
        who = Person(_cell(known, ("ID number",)) or _cell(known, ("Username",)), _cell(known, _EMAIL), named)
        state = _cell(known, _STATE)
        if len(cells) != len(header):
            yield Attempt(line, who, flaw=_torn(header, cells))
        elif state in ("", "-", *_FINISHED):
            answers, odd = [], []
            for pair in places.values():
                asked, text = cells[pair["Question"]], cells[pair["Response"]]
                if code := _code(asked):
                    answers.append(Answered(*code, text))
                elif asked.strip() not in ("", "-"):
                    odd.append(asked)
            yield Attempt(line, who, tuple(answers), _time(_cell(known, _ENDED)), tuple(odd))
        else:
            yield Attempt(line, who, flaw=f"this attempt is not finished: {state}")


def _torn(header: Sequence[str], cells: Sequence[str]) -> str:
    return f"the row has {len(cells)} cells, the header {len(header)}: give the report as it was downloaded"


def _time(cell: str) -> str | None:
    """A time of Moodle in English, such as "20 November 2026  10:05 AM", as text that can be ordered."""
    words = " ".join(cell.replace(",", " ").split())
    for form in ("%d %B %Y %I:%M %p", "%d %B %Y %H:%M", "%d %B %Y %I:%M:%S %p"):
        with suppress(ValueError):
            return datetime.strptime(words, form).isoformat()  # of one clock, and only compared
    return None


def _cell(cells: Mapping[str, str], names: Sequence[str]) -> str:
    return next((cells[name].strip() for name in names if name in cells), "")


def _code(text: str) -> tuple[str, int | None] | None:
    """The last code in a text: it stands at the end."""
    found = list(CODE.finditer(text))
    return (found[-1][1].lower(), int(found[-1][2]) if found[-1][2] else None) if found else None


def _canvas(header: Sequence[str], rows: Records) -> Iterator[Attempt]:
    columns = [(place, code) for place, name in enumerate(header) if (code := _code(name))]
    if "name" not in header[: columns[0][0]]:
        raise UsageError(
            "the column name is missing: nothing says whose the answers are",
            "Download the Student Analysis of a quiz that is not anonymous, with Canvas in English.",
        )
    for place, _ in columns:
        if not _POINTS.fullmatch(header[place + 1] if place + 1 < len(header) else ""):
            raise UsageError(
                f"behind the column {header[place][:40]!r} the column of its points is missing",
                "Give the Student Analysis as Canvas wrote it: the points tell which variant was drawn.",
            )
    for line, cells in rows:
        known = dict(zip(header, cells, strict=False))
        who = Person(_cell(known, ("sis_id",)), "", _cell(known, ("name",)))
        if len(cells) != len(header):
            yield Attempt(line, who, flaw=_torn(header, cells))
            continue
        # a variant that was not drawn has no points; one that was drawn and left empty has some
        drawn = [(place, code) for place, code in columns if cells[place].strip() or cells[place + 1].strip()]
        answers = tuple(Answered(*code, cells[place]) for place, code in drawn)
        yield Attempt(line, who, answers, _cell(known, ("submitted",)) or None)


def is_cloze(text: str) -> bool:
    """Whether a response of Moodle is one to the fields of a cloze question."""
    return re.match(_FIELD.format(1), text) is not None


def fields(text: str, count: int) -> list[str] | None:
    """The responses to the fields of one of Moodle's cloze questions; None where they cannot be told apart.

    >>> fields("part 1: 5; part 2: 3; 4; part 3:", 3)
    ['5', '3; 4', '']
    >>> fields("part 1: 5; part 2: 7; part 2: 6", 2)  # who typed the second one?
    """
    places = []
    for number in range(1, count + 1):
        found = list(re.finditer(_FIELD.format(number), text))
        if len(found) != 1:
            return None
        places.append(found[0].span())
    starts, ends = [start for start, _ in places], [end for _, end in places]
    if starts[0] or starts != sorted(starts):
        return None
    return [text[begin:end].strip() for begin, end in zip(ends, [*starts[1:], len(text)], strict=True)]


def blanks(text: str, count: int) -> list[str] | None:
    r"""The responses to the blanks of one of Canvas's questions; None where there are not so many.

    >>> blanks(r"1,2\,5,", 3)
    ['1', '2,5', '']
    """
    found = [piece.replace(r"\,", ",").strip() for piece in _ESCAPED_COMMA.split(text)]
    return found if len(found) == count else None
