"""`exam mark`: responses to marks, feedback pages and an audit.

Everything is decided from the stored exam; the same inputs give the same files. The audit is
written first, so that no mark is ever given without a line in it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from question_bank import strict_json, tables
from question_bank.errors import MachineError, UsageError
from question_bank.exam import (
    Progress,
    aside,
    audit,
    corrections,
    feedback,
    items,
    lock,
    marked,
    notebooks,
    quizzes,
    responses,
)
from question_bank.exam.audit import ITEMS, LOCK, MARKS
from question_bank.exam.corrections import Correction
from question_bank.exam.folder import MANIFEST, SCHEMA, Exam, file_name, read
from question_bank.exam.marked import Marked
from question_bank.exam.responses import Place, Problem, Responses
from question_bank.lms import downloads
from question_bank.points import in_file
from question_bank.render import html
from question_bank.verdicts import VERDICTS

TOTALS, PROBLEMS, DIFFERENCE, FEEDBACK = "marks.csv", "problems.csv", "difference.csv", "feedback"


@dataclass(frozen=True, slots=True)
class Summary:
    """What was marked: verdicts by name, the rows that were left out, marks that changed.

    `unmarked` parts met a fault of ours; `mean` is over the students who have none, None where
    everybody has one.
    """

    folder: Path
    students: int
    verdicts: Mapping[str, int]
    unmarked: int
    mean: float | None
    most: float
    misconceptions: Mapping[str, int]
    left_out: int
    replaced: int
    changed: int
    key_sha256: str
    audit: str

    def row(self) -> dict[str, Any]:
        """The summary as JSON."""
        return {"schema": SCHEMA, **asdict(self), "folder": str(self.folder)}

    def lines(self) -> Iterator[str]:
        """The summary for a terminal."""
        counts = ", ".join(f"{count} {name}" for name, count in self.verdicts.items())
        yield f"{self.folder}: {self.students} students, {counts}"
        if self.mean is not None:
            yield f"mean {self.mean:.2f} of {self.most:g} points"
        if self.misconceptions:
            common = ", ".join(f"{name} ({count})" for name, count in list(self.misconceptions.items())[:5])
            yield f"most common mistakes: {common}"
        if self.replaced:
            yield f"{self.replaced} answers were replaced by a later row; see {PROBLEMS}"
        if self.changed:
            yield f"{self.changed} marks differ from the marking before; see {DIFFERENCE}"
        yield f"key_sha256 {self.key_sha256}"
        yield f"audit {self.audit}"

    def warnings(self) -> Iterator[str]:
        """What went wrong; the command ends with 1 where there is any."""
        if self.left_out:
            yield f"{self.left_out} rows belong to nobody or are broken; see {self.folder / PROBLEMS}."
        if self.unmarked:
            yield f"{self.unmarked} answers could not be marked and have no points; see {self.folder / PROBLEMS}."


def mark_exam(
    folder: Path,
    responses_path: Path,
    out: Path,
    *,
    corrections_path: Path | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Mark a table of responses.

    Args:
        folder: the exam folder.
        responses_path: a table of student_id, question, part, answer; a quiz's report from Moodle or Canvas; or a
            notebook, or a folder of notebooks.
        out: where the marks go; marking into it again writes what changed.
        corrections_path: what was decided after the exam, if anything.
        progress: called with feedback pages written and pages in all.

    Raises:
        UsageError: the exam folder was changed, the table cannot be read, or `out` holds another
            exam's marks, damaged ones or a changed audit. Nothing is written.
        MachineError: another run is marking into `out`, or it cannot be written.
    """
    if (out / MANIFEST).exists():
        raise UsageError(f"{out} is an exam folder", "Marks go to a folder of their own: choose another --out.")
    exam, sent = returned(responses_path, read(folder))
    decided = corrections.read(corrections_path, exam) if corrections_path else ()
    papers = {student: _paper(exam, student, sent, decided) for student in exam.papers}
    everything = [one for paper in papers.values() for one in paper]
    rows = [one.row() for one in everything]
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise MachineError(f"cannot write {out}: {error.strerror}", "Choose another --out.") from None
    with lock.alone(out / LOCK, str(out)):
        history = audit.read(out, exam.key_sha256)
        difference = list(_difference(_before(out / MARKS), rows))
        chain = audit.append(out, exam.key_sha256, history, [one.audited() for one in everything])
        aside.text(out / DIFFERENCE, tables.write(("student_id", "question", "part", "before", "after"), difference))
        aside.text(out / PROBLEMS, _problems([*sent.problems, *_faults(everything, sent)]))
        aside.text(out / TOTALS, _totals(exam, papers))
        for pages, (student, paper) in enumerate(papers.items(), 1):
            page = feedback.page(exam, student, paper)
            aside.text(out / FEEDBACK / f"{file_name(student)}.{page.language}.html", html.render(page))
            if progress:
                progress(pages, len(papers))
        aside.text(out / ITEMS, "".join(f"{strict_json.line(row)}\n" for row in _items(exam, everything)))
        aside.text(out / MARKS, "".join(f"{strict_json.line(row)}\n" for row in rows))
    return _summary(out, exam, papers, sent, len(difference), chain)


def returned(path: Path, exam: Exam) -> tuple[Exam, Responses]:
    """What students sent in, a table, a quiz's report or notebooks; and the exam as they sat it."""
    if path.is_dir() or path.suffix.lower() == ".ipynb":
        return exam, notebooks.read(path, exam)
    header = [name.strip() for name in tables.header(path)]
    if downloads.is_report(header):
        return quizzes.read(tables.records(path), exam)
    missing = [name for name in responses.COLUMNS if name not in header]
    if missing:
        raise UsageError(
            f"{path.name}: the column {missing[0]} is missing",
            f"The first line must name {','.join(responses.COLUMNS)}; a quiz's report must be as Moodle, in English and"
            " with the question texts, or Canvas gave it.",
        )
    return exam, responses.read(path, exam)


def _paper(exam: Exam, student: str, sent: Responses, decided: Sequence[Correction]) -> list[Marked]:
    asked = {asked.question["question"]: asked for asked in exam.papers[student]}
    return [corrections.corrected(one, asked[one.question], decided) for one in marked.paper(exam, student, sent)]


def _items(exam: Exam, everything: Iterable[Marked]) -> Iterator[dict[str, Any]]:
    """The rows beside the marks, for an analysis."""
    asked_by = {
        (student, asked.question["question"]): asked for student, paper in exam.papers.items() for asked in paper
    }
    for one in everything:
        yield items.row(asked_by[one.place[:2]], one)


def _before(path: Path) -> dict[Place, dict[str, Any]]:
    """The marks of the marking before."""
    if not path.exists():
        return {}
    remedy = f"Restore the file, or remove it: then {DIFFERENCE} begins anew."
    rows = strict_json.rows(path.read_bytes(), str(path), remedy, ("student_id", "question", "part"))
    return {(row["student_id"], row["question"], row["part"]): row for row in rows}


def _difference(
    before: Mapping[Place, Mapping[str, Any]], rows: Iterable[Mapping[str, Any]]
) -> Iterator[Sequence[str]]:
    for row in rows:
        place = (row["student_id"], row["question"], row["part"])
        old = before.get(place)
        if old and _shown(old) != _shown(row):
            yield *place, _shown(old), _shown(row)


def _shown(row: Mapping[str, Any]) -> str:
    if row.get("points") is None:
        return "not marked"
    return f"{row.get('verdict') or 'not marked'} {row['points']} of {row.get('max_points')}"


def _faults(everything: Iterable[Marked], sent: Responses) -> Iterator[Problem]:
    for one in everything:
        if one.fault:
            what = one.fault if one.mark else f"not marked, by a fault of ours: {one.fault}"
            if one.place in sent.waiting:
                what = f"not marked, for a person must look: {one.fault}"
            what = feedback.visible(what)
            yield Problem(sent.lines.get(one.place, 0), (*one.place, one.text), what, left_out=False)


def _problems(problems: Iterable[Problem]) -> str:
    rows = [
        (str(problem.line or ""), *map(feedback.visible, problem.row), problem.what)
        for problem in sorted(problems, key=lambda problem: problem.line)
    ]
    return tables.write(("line", *responses.COLUMNS, "problem"), rows)


def _totals(exam: Exam, papers: Mapping[str, list[Marked]]) -> str:
    numbers = list(dict.fromkeys(one.question for paper in papers.values() for one in paper))
    rows = []
    for student_id, paper in papers.items():
        student = exam.students[student_id]
        each = [marked.total(one for one in paper if one.question == number) for number in numbers]
        points = [_cell(value) for value in (marked.total(paper), marked.most(paper), *each)]
        rows.append([student.id, student.name, student.email, *points])
    return tables.write(["student_id", "name", "email", "points", "max_points", *(f"q{n}" for n in numbers)], rows)


def _cell(points: Fraction | None) -> str:
    """Points in a table; an empty cell where a fault of ours left them open, never a 0."""
    return "" if points is None else str(in_file(points))


def _summary(
    out: Path, exam: Exam, papers: Mapping[str, list[Marked]], sent: Responses, changed: int, chain: str
) -> Summary:
    marks = [one.mark for paper in papers.values() for one in paper]
    verdicts = Counter(mark.verdict for mark in marks if mark)
    misconceptions = Counter(mark.misconception for mark in marks if mark and mark.misconception)
    totals = [total for paper in papers.values() if (total := marked.total(paper)) is not None]
    return Summary(
        folder=out,
        students=len(papers),
        verdicts={name: verdicts[name] for name in VERDICTS},
        unmarked=marks.count(None),
        mean=float(sum(totals, Fraction(0)) / len(totals)) if totals else None,
        most=float(max(marked.most(paper) for paper in papers.values())),
        misconceptions=dict(sorted(misconceptions.items(), key=lambda entry: (-entry[1], entry[0]))),
        left_out=sum(problem.left_out for problem in sent.problems),
        replaced=sum(not problem.left_out for problem in sent.problems),
        changed=changed,
        key_sha256=exam.key_sha256,
        audit=chain,
    )
