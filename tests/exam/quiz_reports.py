"""Reports of quizzes, made from the exported packages by readers that share nothing with the writers, after the
report code of Moodle and of Canvas; no such system ran.
"""

import csv
import io
import re
from collections.abc import Callable, Sequence
from html import unescape
from pathlib import Path

from question_bank.exam.folder import Exam

from . import moodle_reader, qti_reader

MOODLE = (
    "Last name", "First name", "ID number", "Email address", "Status", "Started", "Completed", "Duration", "Grade/10.00",
)  # fmt: skip
STARTED, ENDED = "20 November 2026  10:00 AM", "20 November 2026  11:30 AM"
STATUS, COMPLETED = MOODLE.index("Status"), MOODLE.index("Completed")
CANVAS = ("name", "id", "sis_id", "section", "section_id", "section_sis_id", "submitted", "attempt")


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([header, *rows])
    return buffer.getvalue()


# --- Moodle ---


def seen(question: moodle_reader.Read) -> str:
    """The text of a question as Moodle's report has it: tags gone, what is strong in capitals, fields as lines."""
    html = moodle_reader.FIELD.sub("_____", question.text)
    html = re.sub(r"<strong>(.*?)</strong>", lambda found: found[1].upper(), html)
    html = re.sub(r'<img[^>]*alt="([^"]*)"[^>]*>', r"[\1]", html)
    return unescape(re.sub(r"<[^>]*>", " ", html))


def right(field: moodle_reader.Field) -> str:
    return next(answer.text for answer in field.answers if answer.fraction == 100)


def wrong(field: moodle_reader.Field) -> str:
    return next((answer.text for answer in field.answers if answer.fraction == 0), "12345678")


def response(question: moodle_reader.Read, choose: Callable[[moodle_reader.Field], str], word: str = "part") -> str:
    chosen = [choose(field).replace("\\*", "*") for field in question.fields]
    chosen = [unescape(re.sub("<[^>]*>", "", text)) for text in chosen]
    if question.kind == "cloze":
        return "; ".join(f"{word} {number}: {text}" for number, text in enumerate(chosen, 1))
    return chosen[0]


def quiz(path: Path) -> dict[str, list[moodle_reader.Read]]:
    categories: dict[str, list[moodle_reader.Read]] = {}
    for question in moodle_reader.read(path.read_bytes()):
        categories.setdefault(question.category, []).append(question)
    return categories


def moodle_report(
    exam: Exam,
    categories: dict[str, list[moodle_reader.Read]],
    students: Sequence[str],
    choose: Callable[[moodle_reader.Field], str] = right,
    word: str = "part",
) -> tuple[list[str], list[list[str]]]:
    """Student number n draws variant n + 1 of each category: nobody gets their own."""
    header = [*MOODLE]
    for number in range(1, len(categories) + 1):
        header += [f"Question {number}", f"Response {number}", f"Right answer {number}"]
    rows = []
    for place, student in enumerate(students):
        who = exam.students[student]
        first, _, last = who.name.rpartition(" ")
        row = [last, first, student, who.email, "Finished", STARTED, ENDED, "1 hour 30 mins", "9.50"]
        for questions in categories.values():
            drawn = questions[(place + 1) % len(questions)]
            row += [seen(drawn), response(drawn, choose, word).strip(), response(drawn, right, word)]
        rows.append(row)
    return header, rows


# --- Canvas ---


def canvas_report(
    exam: Exam, path: Path, students: Sequence[str], answer: Callable[[qti_reader.Item], str]
) -> tuple[list[str], list[list[str]]]:
    """Columns for the items that somebody drew; formulas are pictures, so the headers hold none of the numbers."""
    _, items = qti_reader.read(path.read_bytes())
    groups: dict[str, list[qti_reader.Item]] = {}
    for item in items:
        groups.setdefault(item.group, []).append(item)
    drawn = {
        student: [group[(place + number) % len(group)] for number, group in enumerate(groups.values(), 1)]
        for place, student in enumerate(students)
    }
    columns = [item for group in groups.values() for item in group if any(item in own for own in drawn.values())]
    header = [*CANVAS]
    for number, item in enumerate(columns):
        header += [f"{7000 + number}: {unescape(re.sub('<[^>]*>', '', item.text))}", str(item.points)]
    header += ["n correct", "n incorrect", "score"]
    rows = []
    for student in students:
        row = [exam.students[student].name, "31", student, "A", "1", "", "2026-11-20 10:00:00 UTC", "1"]
        for item in columns:
            row += [answer(item), "1.0"] if item in drawn[student] else ["", ""]
        rows.append([*row, "1", "1", "1.0"])
    return header, rows


def chosen(item: qti_reader.Item, *, good: bool) -> str:
    """What the report shows of a right response, or of a wrong one."""
    if item.kind == "fill_in_multiple_blanks_question":
        blanks = list(dict.fromkeys(re.findall(r"\[(t\d+r\d+c\d+)\]", item.text)))
        return ",".join((item.choices()[f"{blank}_1"] if good else "77").replace(",", r"\,") for blank in blanks)
    if item.kind in ("multiple_choice_question", "true_false_question"):
        ident = next(ident for ident in item.choices() if (item.score({"response1": ident}) == 100) == good)
        return re.sub("<[^>]*>", "", item.choices()[ident])
    if not good:
        return "7,654,321"
    accepted = [element.text or "" for element in item.element.iter(f"{qti_reader.QTI}varequal")]
    return accepted[0]
