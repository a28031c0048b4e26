"""What came back from a quiz in Moodle or Canvas, as an exam can be marked by it.

A quiz draws at random, so a student there gets somebody else's variant, where parts are asked by themselves even
another for each part. The code in its text says which: the question and the key of that variant take the place of
the student's own before anything is marked. What the report does not say beyond doubt waits for a person; until
then it has no points, which is not 0.
"""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from itertools import islice
from typing import Any

from question_bank.answers import Invalid
from question_bank.errors import BankError
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
from question_bank.render import sheet

_LETTER = re.compile(r"([A-H])\.(?:\s|$)")
_TAG = re.compile(r"<[^>]*>")
_TRUE_FALSE = {"true": "yes", "false": "no"}
_NOTHING = ("", "-")  # as Moodle writes it
_WHOLE = frozenset({"shape", "counts"})  # whose numbers are integers: 10.803 is a Danish ten thousand

_UNCLEAR = "the report does not say plainly what was answered"
_SEVERAL = "several attempts differ, and the report does not say which is the last"
_FAMILIES = "its parts were drawn from different families: they do not make one question"


@dataclass(frozen=True, slots=True)
class _Variant:
    """A variant with its code and the students on whose papers it stands."""

    asked: Asked
    code: str
    owners: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Answer:
    """What was answered to one part of a variant.

    `text` is None where a person must tell it from `raw`, what the report says; `why` is the reason.
    """

    variant: _Variant
    text: str | None
    raw: str
    line: int
    ended: str | None
    why: str = _UNCLEAR

    @property
    def blank(self) -> bool:
        return self.text == ""


_Sat = dict[str, dict[int, _Answer]]
"""What one student answered, by question and by the place of the part in it."""


def read(records: Records, exam: Exam) -> tuple[Exam, Responses]:
    """The exam with the variants that each student was asked in the quiz, and the answers to them.

    Args:
        records: of a report, the header first.
        exam: as it was generated.

    Raises:
        UsageError: the report lacks the columns that say who answered what.
    """
    report = downloads.report(records)
    variants = _variants(exam)
    people = _People(exam, [attempt.who for attempt in report.attempts])
    sent = Responses()
    sat: defaultdict[str, _Sat] = defaultdict(dict)
    for attempt in _in_order(report):
        student, why = people.find(attempt.who)
        if why or attempt.flaw:
            sent.problems.append(_problem(attempt, student, "", why or attempt.flaw))
            continue
        for odd in attempt.odd:
            sent.problems.append(_problem(attempt, student, odd, "the text of this question has no code of a variant"))
        for answered in attempt.answers:
            variant = variants.get(answered.code)
            parts = variant.asked.question["parts"] if variant else ()
            if variant is None or (answered.part or 1) > len(parts):
                part = f" with a part {answered.part}" if variant else ""
                what = f"there is no variant {answered.code}{part} in this exam"
                sent.problems.append(_problem(attempt, student, answered.text, what))
                continue
            _note(student, sat[student], variant, answered, attempt, report.system, sent)
    papers = {student: list(paper) for student, paper in exam.papers.items()}
    for student, own in sat.items():
        papers[student] = _taken(student, exam.papers[student], own, sent)
    return replace(exam, papers=papers), sent


def _variants(exam: Exam) -> dict[str, _Variant]:
    """Every variant of the exam by its code.

    Raises:
        BankError: two variants with different keys have one code, which happens by chance once in millions.
    """
    found: dict[str, _Variant] = {}
    for student, paper in exam.papers.items():
        for asked in paper:
            own = code(asked.question)
            known = found.get(own)
            if known and known.asked.key["answers"] != asked.key["answers"]:
                raise BankError(f"two variants have the code {own}", "Mark this quiz by a table of responses.")
            owners = known.owners if known else frozenset()
            found[own] = _Variant(known.asked if known else asked, own, owners | {student})
    return found


def _in_order(report: downloads.Report) -> list[Attempt]:
    """The attempts, the last one last, as far as the report says when they ended."""
    attempts = report.attempts if report.system == "moodle" else report.attempts[::-1]  # Canvas: the newest first
    return sorted(attempts, key=lambda attempt: attempt.ended or "")


def _problem(attempt: Attempt, student: str, text: str, what: str) -> Problem:
    who = student or " ".join(filter(None, (attempt.who.name, attempt.who.id, attempt.who.email)))
    return Problem(attempt.line, (who, "", "", text), what, left_out=True)


class _People:
    """Finds students by what a system calls them; what names two of them names nobody.

    Ids and e-mail addresses come first. Names count only where a report's ids and addresses are none of the
    roster's at all, for a stranger may have a student's name.
    """

    def __init__(self, exam: Exam, rows: Sequence[Person]) -> None:
        self._ids = exam.students.keys()
        students = exam.students.values()
        emails = [
            (address, student.id) for student in students for address in {student.email, student.id} if "@" in address
        ]
        self._emails = _unique((email.casefold(), student) for email, student in emails)
        self._names = _unique((_name(student.name), student.id) for student in students)
        self._by_name = not any(self._id(who) or self._emails.get(who.email.casefold()) for who in rows)
        self._called: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for who in rows:
            self._called[_name(who.name)].add((who.id, who.email))

    def _id(self, who: Person) -> str:
        found = unicodedata.normalize("NFC", who.id)
        return found if found in self._ids else ""

    def find(self, who: Person) -> tuple[str, str]:
        """The id of a student, or why there is none."""
        named = self._names.get(_name(who.name), "")
        if self._by_name:
            if len(self._called[_name(who.name)]) > 1:
                return "", "several people of the report have this name"
            return (named, "") if named else ("", "unknown student")
        found = list(dict.fromkeys(filter(None, (self._id(who), self._emails.get(who.email.casefold(), "")))))
        if len({*found, *([named] if named and found else [])}) > 1:
            return "", f"it names several students: {' and '.join(dict.fromkeys([*found, named]))}"
        return (found[0], "") if found else ("", "unknown student")


def _unique(pairs: Iterator[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    twice = {""}
    for name, student in pairs:
        if found.get(name, student) != student:
            twice.add(name)
        found[name] = student
    return {name: student for name, student in found.items() if name not in twice}


def _name(name: str) -> str:
    """A name in whichever order its words stand: systems do not agree about it."""
    return " ".join(sorted(unicodedata.normalize("NFKC", name).casefold().replace(",", " ").split()))


# --- who answered which variant ---


def _note(
    student: str, sat: _Sat, variant: _Variant, answered: Answered, attempt: Attempt, system: str, sent: Responses
) -> None:
    """Note the answers to a question or a part; those of a later attempt take the place of earlier ones."""
    question = variant.asked.question["question"]
    known = sat.setdefault(question, {})
    texts = _texts(variant.asked, answered, system)
    if answered.part is None and any(one.variant is not variant for one in known.values()):
        for place in known.keys() - texts.keys():
            _tell(student, question, known.pop(place), attempt, sent)
    for place, text in texts.items():
        new = _Answer(variant, text, answered.text, attempt.line, attempt.ended)
        old = known.get(place)
        if old is None or _kept(old, new) is new:
            known[place] = new if old is None else _settled(old, new)
            if old and (old.variant is not variant or old.text != text) and not old.blank:
                _tell(student, question, old, attempt, sent)


def _kept(old: _Answer, new: _Answer) -> _Answer:
    """Nothing takes the place of an answer to the same variant, or to another in the same row."""
    emptied = new.blank and not old.blank and (new.variant is old.variant or new.line == old.line)
    return old if emptied else new


def _settled(old: _Answer, new: _Answer) -> _Answer:
    """The later answer; one that waits where nothing says which is the later one."""
    differ = old.variant is not new.variant or old.text != new.text
    if differ and not old.blank and (old.line == new.line or None in (old.ended, new.ended)):
        return replace(new, text=None, raw=f"{old.raw} | {new.raw}", ended=None, why=_SEVERAL)
    return new


def _tell(student: str, question: str, old: _Answer, attempt: Attempt, sent: Responses) -> None:
    row = (student, question, "", old.raw)
    sent.problems.append(Problem(old.line, row, f"replaced by line {attempt.line}", left_out=False))


def _taken(student: str, paper: Sequence[Asked], sat: _Sat, sent: Responses) -> list[Asked]:
    """A student's paper with the variants that the quiz asked in the place of the student's own.

    Questions of a group are about the same numbers only where one paper holds them all.
    """
    owners = {own.question["question"]: frozenset({student}) for own in paper}
    made: dict[str, Asked] = {}
    for own in paper:
        number = own.question["question"]
        answers = sat.get(number, {})
        families = {one.variant.asked.question["family"] for one in answers.values()}
        asked = _asked(own, answers) if len(families) == 1 else own
        made[number] = asked
        for place, part in enumerate(asked.question["parts"]):
            one = answers.get(place)
            where: Place = (student, number, part["part"])
            if len(families) > 1:
                sent.waiting[where] = _FAMILIES
                sent.answers[where] = " | ".join(each.raw for each in answers.values())
            elif one:
                sent.lines[where] = one.line
                sent.answers[where] = one.raw if one.text is None else one.text
                if one.text is None:
                    sent.waiting[where] = one.why
        if answers:
            owners[number] = frozenset.intersection(*(one.variant.owners for one in answers.values()))
    return [_of(student, number, asked, owners) for number, asked in made.items()]


def _of(student: str, number: str, asked: Asked, owners: Mapping[str, frozenset[str]]) -> Asked:
    question = {**asked.question, "student_id": student}
    if "together" in question:
        question["together"] = [
            other for other in question["together"] if owners.get(other, frozenset()) & owners[number]
        ]
    return Asked(question, {**asked.key, "student_id": student})


def _asked(own: Asked, answers: Mapping[int, _Answer]) -> Asked:
    """The question that was asked: one variant, or one of parts from several, from which nothing follows."""
    by_place = {place: one.variant for place, one in answers.items()}
    first = max(by_place.values(), key=lambda variant: len(variant.asked.question["parts"]))
    codes = {variant.code for variant in by_place.values()}
    if len(codes) == 1:
        return Asked({**first.asked.question, "variant": first.code}, first.asked.key)
    places = range(len(first.asked.question["parts"]))
    each = [by_place.get(place, first).asked for place in places]
    parts = [one.question["parts"][place] for place, one in enumerate(each)]
    language = own.question["language"]
    told = (f"{sheet.label(place, len(each), language)} {one.question['statement']}" for place, one in enumerate(each))
    question = {
        **first.asked.question,
        "parts": parts,
        "statement": "\n\n".join(told),
        "figures": [],
        "follow_through": 0,
        "variant": " ".join(by_place.get(place, first).code for place in places),
    }
    key: dict[str, Any] = {**first.asked.key, "steps": [step for one in each for step in one.key["steps"]]}
    key.pop("solution_figures", None)
    for table in ("answers", "misconceptions", "tolerance", "letters", "options"):
        if any(table in one.key for one in each):
            key[table] = {
                part["part"]: one.key[table][part["part"]]
                for part, one in zip(parts, each, strict=True)
                if part["part"] in one.key.get(table, {})
            }
    return Asked(question, key)


# --- what was answered ---


def _texts(asked: Asked, answered: Answered, system: str) -> dict[int, str | None]:
    """The answers by the place of their part; None for one that cannot be told."""
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
