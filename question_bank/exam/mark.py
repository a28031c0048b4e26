"""`exam mark`: responses to marks, feedback pages and an audit.

Everything is decided from the stored exam; the same inputs give the same files. The audit is
written first, so that no mark is ever given without a line in it.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from question_bank import registry, strict_json
from question_bank.errors import ConvmarkError
from question_bank.exam import Progress, aside, audit, responses, tables
from question_bank.exam.folder import SCHEMA, Asked, Exam, file_name, read
from question_bank.exam.responses import Responses
from question_bank.marking import VERDICTS, Mark, PartKey, mark
from question_bank.points import exact, in_file
from question_bank.render import html, sheet
from question_bank.render.sheet import Sheet, Verdict
from question_bank.text import interface

MARKS, TOTALS, AUDIT, PROBLEMS, DIFFERENCE, FEEDBACK = (
    "marks.jsonl", "marks.csv", "audit.jsonl", "problems.csv", "difference.csv", "feedback",
)  # fmt: skip
_LONGEST_SHOWN = 300
_PLACE = ("student_id", "question", "part")


@dataclass(frozen=True, slots=True)
class Marked:
    """One part of one student, marked; points are exact."""

    student_id: str
    question: str
    part: str
    mark: Mark
    points: Fraction
    most: Fraction
    text: str
    feedback: str

    def row(self) -> dict[str, Any]:
        """A row of marks.jsonl."""
        return {
            "schema": SCHEMA,
            "student_id": self.student_id,
            "question": self.question,
            "part": self.part,
            "verdict": self.mark.verdict,
            "points": in_file(self.points),
            "max_points": in_file(self.most),
            "misconception": self.mark.misconception,
            "follow_through": False,
            "feedback": self.feedback,
        }


@dataclass(frozen=True, slots=True)
class Summary:
    """What was marked: verdicts by name, the rows that were left out, marks that changed."""

    folder: Path
    students: int
    verdicts: Mapping[str, int]
    mean: float
    most: float
    misconceptions: Mapping[str, int]
    left_out: int
    replaced: int
    changed: int
    audit: str

    def row(self) -> dict[str, Any]:
        """The summary as JSON."""
        return {"schema": SCHEMA, **asdict(self), "folder": str(self.folder)}

    def lines(self) -> Iterator[str]:
        """The summary for a terminal."""
        counts = ", ".join(f"{count} {name}" for name, count in self.verdicts.items())
        yield f"{self.folder}: {self.students} students, {counts}"
        yield f"mean {self.mean:.2f} of {self.most:g} points"
        if self.misconceptions:
            common = ", ".join(f"{name} ({count})" for name, count in list(self.misconceptions.items())[:5])
            yield f"most common mistakes: {common}"
        if self.replaced:
            yield f"{self.replaced} answers were replaced by a later row; see {PROBLEMS}"
        if self.changed:
            yield f"{self.changed} marks differ from the marking before; see {DIFFERENCE}"
        yield f"audit {self.audit}"


def mark_exam(folder: Path, responses_path: Path, out: Path, *, progress: Progress | None = None) -> Summary:
    """Mark a table of responses.

    Args:
        folder: the exam folder.
        responses_path: student_id, question, part, answer.
        out: where the marks go; marking into it again writes what changed.
        progress: called with feedback pages written and pages in all.

    Raises:
        UsageError: the exam folder was changed, the table lacks a column, or the audit in `out`
            was tampered with. Nothing is written.
    """
    exam = read(folder)
    sent = responses.read(responses_path, exam)
    marked = {student: list(_paper(exam, student, sent)) for student in exam.papers}
    history = audit.read(out / AUDIT)
    before = _before(out / MARKS)
    everything = [one for paper in marked.values() for one in paper]
    rows = [one.row() for one in everything]
    lines, chain = audit.extended(history, map(_audited, everything))
    aside.text(out / AUDIT, lines)
    difference = list(_difference(before, rows))
    aside.text(out / DIFFERENCE, tables.write(("student_id", "question", "part", "before", "after"), difference))
    aside.text(out / PROBLEMS, _problems(sent))
    aside.text(out / TOTALS, _totals(exam, marked))
    for pages, (student, paper) in enumerate(marked.items(), 1):
        page = _feedback(exam, student, paper)
        path = out / FEEDBACK / f"{file_name(student)}.{page.language}.html"
        aside.text(path, html.render(page))
        if progress:
            progress(pages, len(marked))
    aside.text(out / MARKS, "".join(f"{strict_json.line(row)}\n" for row in rows))
    return _summary(out, exam, marked, sent, len(difference), chain)


def _paper(exam: Exam, student_id: str, sent: Responses) -> Iterator[Marked]:
    language = exam.students[student_id].language
    for asked in exam.papers[student_id]:
        question = asked.question
        most = exact(question)
        for part in question["parts"]:
            name = part["part"]
            text = sent.answers.get((student_id, question["question"], name), "")
            verdict = mark(PartKey.of(part, asked.key), text, language)
            yield Marked(
                student_id=student_id,
                question=question["question"],
                part=name,
                mark=verdict,
                points=most[name] if verdict.verdict == "right" else Fraction(0),
                most=most[name],
                text=text,
                feedback=_say(asked, verdict, language),
            )


def _say(asked: Asked, verdict: Mark, language: str) -> str:
    """What the student is told."""
    if verdict.verdict == "invalid":
        return f"{interface('feedback.invalid', language)}{interface(f'invalid.{verdict.reason}', language)}"
    if verdict.misconception:
        try:
            texts = registry.texts(asked.question["family"])
            name = f"misconception.{verdict.misconception}"
            if name in texts:
                return f"{interface('feedback.misconception', language)}{texts.template(name, language).fill(str)}"
        except ConvmarkError:
            pass  # the family is not installed here: the stored key still marks, without its words
    return str(interface(f"feedback.{verdict.verdict}", language))


def _audited(one: Marked) -> dict[str, Any]:
    row = one.row()
    return {**row, "answer_sha256": hashlib.sha256(one.text.encode("utf-8", "surrogatepass")).hexdigest()}


def _before(path: Path) -> dict[tuple[str, str, str], dict[str, Any]]:
    if not path.exists():
        return {}
    rows = strict_json.rows(path.read_bytes(), str(path), "Restore it, or remove it.", _PLACE)
    return {(row["student_id"], row["question"], row["part"]): row for row in rows}


def _difference(
    before: Mapping[tuple[str, str, str], Mapping[str, Any]], rows: list[dict[str, Any]]
) -> Iterator[tuple[str, str, str, str, str]]:
    for row in rows:
        place = (row["student_id"], row["question"], row["part"])
        old = before.get(place)
        if old and (old["verdict"], old["points"]) != (row["verdict"], row["points"]):
            yield *place, f"{old['verdict']} {old['points']}", f"{row['verdict']} {row['points']}"


def _problems(sent: Responses) -> str:
    rows = [
        (str(problem.line), *problem.row[:3], problem.row[3][:_LONGEST_SHOWN], problem.what)
        for problem in sorted(sent.problems, key=lambda problem: problem.line)
    ]
    return tables.write(("line", *responses.COLUMNS, "problem"), rows)


def _totals(exam: Exam, marked: Mapping[str, list[Marked]]) -> str:
    numbers = list(dict.fromkeys(one.question for paper in marked.values() for one in paper))
    rows = []
    for student_id, paper in marked.items():
        student = exam.students[student_id]
        total = sum((one.points for one in paper), Fraction(0))
        most = sum((one.most for one in paper), Fraction(0))
        each = [
            in_file(sum((one.points for one in paper if one.question == number), Fraction(0))) for number in numbers
        ]
        rows.append([student.id, student.name, student.email, str(in_file(total)), str(in_file(most)), *map(str, each)])
    return tables.write(["student_id", "name", "email", "points", "max_points", *(f"q{n}" for n in numbers)], rows)


def _feedback(exam: Exam, student_id: str, paper: list[Marked]) -> Sheet:
    student = exam.students[student_id]
    language = student.language
    verdicts: dict[str, dict[str, Verdict]] = {}
    for one in paper:
        verdicts.setdefault(one.question, {})[one.part] = Verdict(
            name=one.mark.verdict,
            word=interface(f"verdict.{one.mark.verdict}", language),
            points=_of(one.points, one.most, language),
            feedback=one.feedback,
            answer=visible(one.text),
        )
    items = [
        sheet.item(asked.question, asked.key, verdicts[asked.question["question"]]) for asked in exam.papers[student_id]
    ]
    total = sum((one.points for one in paper), Fraction(0))
    most = sum((one.most for one in paper), Fraction(0))
    return Sheet(
        kind="feedback",
        language=language,
        title=exam.title[language],
        student_id=student.id,
        name=student.name,
        rules="",
        items=tuple(items),
        total=_of(total, most, language),
    )


def _of(points: Fraction, most: Fraction, language: str) -> str:
    earned = sheet.points_number(float(points), language)
    return f"{earned} {interface('label.out_of', language)} {sheet.points_text(float(most), language)}"


def visible(text: str) -> str:
    """A student's text as it may be shown: cut at 300 characters, control characters made visible.

    >>> visible("12" + chr(27) + "[31m")
    '12�[31m'
    """
    shown = "".join(
        character if character.isprintable() or character in "\n " else "\ufffd" for character in text[:_LONGEST_SHOWN]
    )
    return f"{shown}…" if len(text) > _LONGEST_SHOWN else shown


def _summary(
    out: Path, exam: Exam, marked: Mapping[str, list[Marked]], sent: Responses, changed: int, chain: str
) -> Summary:
    everything = [one for paper in marked.values() for one in paper]
    verdicts = {name: sum(one.mark.verdict == name for one in everything) for name in VERDICTS}
    misconceptions: dict[str, int] = {}
    for one in everything:
        if one.mark.misconception:
            misconceptions[one.mark.misconception] = misconceptions.get(one.mark.misconception, 0) + 1
    students = len(exam.students)
    return Summary(
        folder=out,
        students=students,
        verdicts=verdicts,
        mean=float(sum((one.points for one in everything), Fraction(0)) / students),
        most=float(max(sum((one.most for one in paper), Fraction(0)) for paper in marked.values())),
        misconceptions=dict(sorted(misconceptions.items(), key=lambda entry: (-entry[1], entry[0]))),
        left_out=sum(problem.left_out for problem in sent.problems),
        replaced=sum(not problem.left_out for problem in sent.problems),
        changed=changed,
        audit=chain,
    )
