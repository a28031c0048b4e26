"""What Moodle and Canvas give of a quiz that was sat: who answered which variant, and what.

Moodle: the Responses report of a quiz, with the question texts, downloaded as CSV. A row for each attempt, and
for each question the columns "Question n" and "Response n". Canvas: the Student Analysis of a quiz. A row for
each attempt, the newest first, and a column for every variant that somebody drew, with its text as the header
and a column of points behind it. The texts hold the codes of the variants (question_bank.lms.question).

Source: the reports themselves, `mod/quiz/report/responses` of Moodle and `quiz_statistics/student_analysis` of
Canvas. Moodle writes "-" where there is no response, and "part 1: 5; part 2: 7" for a cloze question.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from question_bank.errors import UsageError
from question_bank.lms.question import CODE

Records = Sequence[tuple[int, Sequence[str]]]

_MOODLE = re.compile(r"(Question|Response) (\d+)")
_IDS = ("ID number", "Username")
_FIRST, _LAST, _EMAIL = ("First name",), ("Last name", "Surname"), ("Email address",)
_SUBMITTED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC")
_ESCAPED_COMMA = re.compile(r"(?<!\\),")
_FIELD = r"(?:^|; )[^\W\d_]+ {}: "


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever sat an attempt, as a system calls them; what it does not say is empty."""

    ids: tuple[str, ...]
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
    """A row of a report. `odd` holds question texts without a code: no questions of ours, or changed ones."""

    line: int
    who: Person
    answers: tuple[Answered, ...]
    odd: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The attempts in their order, a student's last one last; `system` is "moodle" or "canvas"."""

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
    for line, row in rows:
        cells = [*row, *[""] * (len(header) - len(row))]
        known = dict(zip(header, cells, strict=False))
        named = [_cell(known, names) for names in (_FIRST, _LAST)]
        who = Person(
            tuple(cell for name in _IDS if (cell := known.get(name, "").strip())),
            _cell(known, _EMAIL),
            " ".join(filter(None, named)),
        )
        answers, odd = [], []
        for pair in places.values():
            asked, text = cells[pair["Question"]], cells[pair["Response"]]
            if code := _code(asked):
                answers.append(Answered(*code, text))
            elif asked.strip() not in ("", "-"):
                odd.append(asked)
        yield Attempt(line, who, tuple(answers), tuple(odd))


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
    sis = header.index("sis_id") if "sis_id" in header else None
    oldest_first = [(line, [*row, *[""] * (len(header) - len(row))]) for line, row in reversed(rows)]
    for line, cells in sorted(oldest_first, key=_submitted):
        who = Person(
            (cells[sis].strip(),) if sis is not None and cells[sis].strip() else (),
            "",
            cells[header.index("name")].strip(),
        )
        # a variant that was not drawn has no points; one that was drawn and left empty has some
        drawn = [(place, code) for place, code in columns if any(cell.strip() for cell in cells[place : place + 2])]
        yield Attempt(line, who, tuple(Answered(*code, cells[place]) for place, code in drawn))


def _submitted(row: tuple[int, Sequence[str]]) -> str:
    return next((cell for cell in row[1] if _SUBMITTED.fullmatch(cell)), "")


def fields(text: str, count: int) -> list[str] | None:
    """The responses to the fields of one of Moodle's cloze questions; None where they cannot be told apart.

    >>> fields("part 1: 5; part 2: 3; 4; part 3: ", 3)
    ['5', '3; 4', '']
    """
    begins, found = [], 0
    for number in range(1, count + 1):
        match = re.compile(_FIELD.format(number)).search(text, found)
        if not match:
            return None
        begins.append((match.start(), match.end()))
        found = match.end() - 2  # an empty response is followed at once by the next "; "
    if begins[0][0]:
        return None
    ends = [start for start, _ in begins[1:]] + [len(text)]
    return [text[max(start, 0) : max(start, end)].strip() for (_, start), end in zip(begins, ends, strict=True)]


def blanks(text: str, count: int) -> list[str] | None:
    r"""The responses to the blanks of one of Canvas's questions; None where there are not so many.

    >>> blanks(r"1,2\,5,", 3)
    ['1', '2,5', '']
    """
    found = [piece.replace(r"\,", ",").strip() for piece in _ESCAPED_COMMA.split(text)]
    return found if len(found) == count else None
