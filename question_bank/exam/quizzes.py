"""What came back from a quiz in Moodle or Canvas, as an exam can be marked by it.

A quiz draws at random, so a student there gets somebody else's variant, where parts are asked by themselves even
another for each part. The code in its text says which: the question and the key of that variant take the place of
the student's own before anything is marked. What the report does not say beyond doubt waits for a person; until
then it has no points, which is not 0.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from question_bank.errors import BankError
from question_bank.exam.folder import Asked, Exam
from question_bank.exam.people import People
from question_bank.exam.quiz_answers import texts
from question_bank.exam.responses import Place, Problem, Responses
from question_bank.lms import downloads
from question_bank.lms.downloads import Answered, Attempt, Records
from question_bank.lms.question import code
from question_bank.render import sheet

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
    people = People(exam, [attempt.who for attempt in report.attempts])
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


# --- who answered which variant ---


def _note(
    student: str, sat: _Sat, variant: _Variant, answered: Answered, attempt: Attempt, system: str, sent: Responses
) -> None:
    """Note the answers to a question or a part; those of a later attempt take the place of earlier ones."""
    question = variant.asked.question["question"]
    known = sat.setdefault(question, {})
    found = texts(variant.asked, answered, system)
    if answered.part is None and any(one.variant is not variant for one in known.values()):
        for place in known.keys() - found.keys():
            _tell(student, question, known.pop(place), attempt, sent)
    for place, text in found.items():
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
