"""What came back from a quiz in Moodle or Canvas, as an exam can be marked by it.

A quiz draws at random, so a student there gets somebody else's variant. The code in its text says which: the
question and the key of that variant take the place of the student's own before anything is marked. What the
report does not say beyond doubt, a response that cannot be taken apart or a choice that cannot be told, waits
for a person; until then it has no points, which is not 0.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from itertools import islice
from typing import Any

from question_bank.exam.folder import Asked, Exam
from question_bank.exam.responses import Place, Problem, Responses
from question_bank.lms import downloads
from question_bank.lms.downloads import Answered, Attempt, Person, Records
from question_bank.lms.forms import Choice, Form, Grid, YesNo, form
from question_bank.lms.markup import MATHJAX
from question_bank.lms.moodle import inside
from question_bank.lms.question import code
from question_bank.marking import PartKey
from question_bank.parsing import Unreadable, clean, number

_LETTER = re.compile(r"([A-H])\.(?:\s|$)")
_TAG = re.compile(r"<[^>]*>")
_TRUE_FALSE = {"true": "yes", "false": "no"}
_NOTHING = ("", "-")  # as Moodle writes it


@dataclass(slots=True)
class _Sat:
    """What one student was asked and answered, the last attempt at each question."""

    asked: dict[str, Asked] = field(default_factory=dict)
    texts: dict[str, dict[str, str | None]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


def read(records: Records, exam: Exam) -> tuple[Exam, Responses]:
    """The exam with the variants that each student was asked in the quiz, and the answers to them.

    Args:
        records: of a report, the header first.
        exam: as it was generated.

    Raises:
        UsageError: the report lacks the columns that say who answered what.
    """
    report = downloads.report(records)
    variants = {code(asked.question): asked for paper in exam.papers.values() for asked in paper}
    people = _People(exam)
    sent = Responses()
    sat: dict[str, _Sat] = {}
    for attempt in report.attempts:
        student, why = people.find(attempt.who)
        if why:
            sent.problems.append(_problem(attempt, "", "", why))
            continue
        for odd in attempt.odd:
            sent.problems.append(_problem(attempt, student, odd, "the text of this question has no code of a variant"))
        for answered in attempt.answers:
            asked = variants.get(answered.code)
            if asked is None:
                what = f"there is no variant {answered.code} in this exam"
                sent.problems.append(_problem(attempt, student, answered.text, what))
                continue
            _answer(sat.setdefault(student, _Sat()), asked, answered, attempt, student, report.system, sent)
    for student, own in sat.items():
        _keep(student, own, sent)
    return replace(exam, papers={student: _paper(student, paper, sat) for student, paper in exam.papers.items()}), sent


def _problem(attempt: Attempt, student: str, text: str, what: str) -> Problem:
    who = student or " ".join(filter(None, (attempt.who.name, *attempt.who.ids, attempt.who.email)))
    return Problem(attempt.line, (who, "", "", text), what, left_out=True)


class _People:
    """Finds students by what a system calls them; what names two of them names nobody."""

    def __init__(self, exam: Exam) -> None:
        self._ids = exam.students.keys()
        self._emails = _unique((student.email.casefold(), student.id) for student in exam.students.values())
        self._names = _unique((_name(student.name), student.id) for student in exam.students.values())

    def find(self, who: Person) -> tuple[str, str]:
        """The id of a student, and why there is none."""
        ids = (unicodedata.normalize("NFC", each) for each in who.ids)
        by_id = next((each for each in ids if each in self._ids), "")
        found = [by_id, self._emails.get(who.email.casefold(), ""), self._names.get(_name(who.name), "")]
        different = list(dict.fromkeys(filter(None, found)))
        if len(different) > 1:
            return "", f"it names several students: {' and '.join(different)}"
        return (different[0], "") if different else ("", "unknown student")


def _unique(pairs: Iterator[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    twice = set()
    for name, student in pairs:
        if name in found or not name:
            twice.add(name)
        found[name] = student
    return {name: student for name, student in found.items() if name not in twice}


def _name(name: str) -> str:
    """A name in whichever order its words stand: systems do not agree about it."""
    return " ".join(sorted(unicodedata.normalize("NFKC", name).casefold().replace(",", " ").split()))


def _answer(
    sat: _Sat, asked: Asked, answered: Answered, attempt: Attempt, student: str, system: str, sent: Responses
) -> None:
    """Note an answer; one to another variant of the question, or another to the same, takes the place of it."""
    question = asked.question["question"]
    parts = [part["part"] for part in asked.question["parts"]]
    if answered.part is not None and answered.part > len(parts):
        what = f"the variant {answered.code} has no part {answered.part}"
        sent.problems.append(_problem(attempt, student, answered.text, what))
        return
    if answered.part is None:
        texts = _whole(asked, answered.text, system)
    else:
        texts = {parts[answered.part - 1]: _single(asked, answered.part - 1, answered.text, system)}
    before = sat.texts.get(question, {})
    if sat.asked.get(question, asked) is not asked:
        dropped, before = before, {}
    else:
        dropped = {part: text for part, text in before.items() if part in texts and texts[part] != text}
    for part, text in dropped.items():
        row = (student, question, part, text or "")
        sent.problems.append(Problem(sat.lines[question], row, f"replaced by line {attempt.line}", left_out=False))
    sat.asked[question] = asked
    sat.texts[question] = {**before, **texts}
    sat.lines[question] = attempt.line


def _keep(student: str, own: _Sat, sent: Responses) -> None:
    for question, texts in own.texts.items():
        for part, text in texts.items():
            place: Place = (student, question, part)
            sent.lines[place] = own.lines[question]
            if text is None:
                sent.waiting[place] = "the report does not say plainly what was answered"
            else:
                sent.answers[place] = text


def _paper(student: str, paper: Sequence[Asked], sat: Mapping[str, _Sat]) -> list[Asked]:
    """A student's paper with the variants that the quiz asked in the place of the student's own.

    Questions of a group are about the same numbers only where they come from the same paper.
    """
    asked = sat[student].asked if student in sat else {}
    whose = {number: one.question["student_id"] for number, one in asked.items()}
    made = []
    for own in paper:
        number = own.question["question"]
        one = asked.get(number, own)
        question = {**one.question, "student_id": student}
        if "together" in question:
            from_one = whose.get(number, student)
            question["together"] = [other for other in question["together"] if whose.get(other, student) == from_one]
        made.append(Asked(question, {**one.key, "student_id": student}))
    return made


# --- what was answered ---


def _whole(asked: Asked, text: str, system: str) -> dict[str, str | None]:
    """The answers to all parts of a question that was asked as one; None for one that cannot be told."""
    forms = [_form(asked, place) for place in range(len(asked.question["parts"]))]
    if len(forms) == 1 and not (system == "moodle" and isinstance(forms[0], Grid)):
        return {asked.question["parts"][0]["part"]: _single(asked, 0, text, system)}
    sizes = [form.cells if isinstance(form, Grid) else 1 for form in forms]
    names = [part["part"] for part in asked.question["parts"]]
    if text.strip() in _NOTHING:
        return dict.fromkeys(names, "")
    found = downloads.fields(text, sum(sizes))
    if found is None:
        return dict.fromkeys(names)
    remaining = iter(found)
    answers: dict[str, str | None] = {}
    for place, (name, kind, size) in enumerate(zip(names, forms, sizes, strict=True)):
        cells = list(islice(remaining, size))
        answers[name] = (
            _table(asked, place, kind, cells) if isinstance(kind, Grid) else _typed(asked, place, kind, cells[0])
        )
    return answers


def _single(asked: Asked, place: int, text: str, system: str) -> str | None:
    form = _form(asked, place)
    if isinstance(form, Grid):
        if text.strip() in _NOTHING or not text.replace(",", "").strip():
            return ""
        cells = downloads.blanks(text, form.cells) if system == "canvas" else None
        return text if system == "moodle" else None if cells is None else _table(asked, place, form, cells)
    if system == "moodle" and text.strip() == "-":
        # a student may have typed it, for "does not exist"
        return None if PartKey.of(asked.question["parts"][place], asked.key).answer is None else ""
    return _typed(asked, place, form, text)


def _form(asked: Asked, place: int) -> Form:
    return form(asked.question["parts"][place], asked.key, asked.question["language"], lambda _: "")


def _typed(asked: Asked, place: int, form: Form, text: str) -> str | None:
    """One response: the letter of a choice, the word of a yes or no, or what was typed."""
    if not text.strip():
        return ""
    if isinstance(form, Choice):
        return _letter(asked.question["parts"][place]["choices"], text)
    if isinstance(form, YesNo):
        return _TRUE_FALSE.get(text.strip().casefold(), text)
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


def _table(asked: Asked, place: int, form: Grid, cells: Sequence[str]) -> str:
    """The cells of tables as one text, in the nesting of the key; "" where all are empty."""
    if not any(cell.strip() for cell in cells):
        return ""
    language = asked.question["language"]
    entries = iter([_entry(cell, language) for cell in cells])
    answer = PartKey.of(asked.question["parts"][place], asked.key).answer
    try:
        return json.dumps(_nested(answer, entries))
    except _NoNumberError:
        rows = iter(cells)
        return "; ".join(" ".join(next(rows).strip() or "?" for _ in row) for table in form.tables for row in table)


class _NoNumberError(ValueError):
    """A cell holds no number."""


def _entry(cell: str, language: str) -> int | str | None:
    """A number as the key's JSON writes it; None for what is none."""
    try:
        value = number(clean(cell), language)
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
