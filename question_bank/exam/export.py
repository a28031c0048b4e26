"""`exam export`: papers and solutions for every student, and packages of all for learning management systems."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from question_bank.errors import BankError, UsageError
from question_bank.exam import Progress, aside, titles
from question_bank.exam.folder import Asked, Exam, file_name, read
from question_bank.render import markdown, sheet, tex
from question_bank.render.blocks import formulas
from question_bank.render.figures import picture
from question_bank.render.maths.typst import typst
from question_bank.render.sheet import Sheet

PAPERS, SOLUTIONS, NOTEBOOKS = "papers", "solutions", "notebooks"
SHEETS = {
    "html": (PAPERS, SOLUTIONS),
    "markdown": (PAPERS, SOLUTIONS),
    "json": (PAPERS, SOLUTIONS),
    "tex": (PAPERS, SOLUTIONS),
    "pdf": (PAPERS,),
    "pdf-key": (SOLUTIONS,),
}
"""The formats that are a file for each student, and the folders they go to."""

NOTEBOOK = "ipynb"
BOOKLET = "pdf-booklet"
PACKAGES = ("moodle", "gift", "qti12")
FORMATS = (*SHEETS, NOTEBOOK, BOOKLET, *PACKAGES)
NOT_YET = ("stack", "qti22", "qti3")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: folders and files, and what a person should know about them."""

    paths: tuple[Path, ...]
    notes: tuple[str, ...]


def export(
    folder: Path,
    formats: Sequence[str],
    out: Path,
    *,
    students: Sequence[str] | None = None,
    shared_assets: bool = False,
    progress: Progress | None = None,
) -> Exported:
    """Write `papers/` and `solutions/`, a file per student and format, a folder per student in `notebooks/`, and a
    file of all for each package and for the booklet.

    Solutions and packages hold the key; keep them to yourself.

    Args:
        folder: an exam folder.
        formats: some of FORMATS.
        out: where to; files of an earlier export are replaced.
        students: ids; all where None.
        shared_assets: let the HTML pages share one folder of styles and fonts.
        progress: called with pages written and pages in all.

    Raises:
        UsageError: an unknown format or student, or none at all; a package cannot carry a question, or a page
            a formula of the rules.
    """
    formats = list(dict.fromkeys(formats))
    if not formats:
        raise UsageError("no format is named", f"Choose among {', '.join(FORMATS)}.")
    for name in formats:
        if name in NOT_YET:
            raise UsageError(f"the format {name} is not supported yet", f"Choose among {', '.join(FORMATS)}.")
        if name not in FORMATS:
            raise UsageError(f"there is no format {name!r}", f"Choose among {', '.join(FORMATS)}.")
    exam = read(folder)
    chosen = list(exam.papers if students is None else dict.fromkeys(students))
    if not chosen:
        raise UsageError("no student is named", "Name ids of the roster, or leave --students out for all.")
    unknown = [student for student in chosen if student not in exam.papers]
    if unknown:
        raise UsageError(f"there is no student {unknown[0]!r} in {folder}", "Name ids of the roster.")
    if not {"tex", "pdf", "pdf-key", BOOKLET}.isdisjoint(formats):
        _check_rules(exam)
    sheets, packed = ([name for name in formats if name in known] for known in (SHEETS, PACKAGES))
    packages = _packages(exam, packed, chosen)  # first, for a question that one cannot carry stops all
    jobs = [
        _Job(name, kind, sheet_of(exam, student, kind, mistakes=name == "pdf-key"))
        for name in sheets
        for kind in SHEETS[name]
        for student in chosen
    ]
    drawn: set[Path] = set()
    for written, (job, content) in enumerate(_written(exam, jobs, shared_assets=shared_assets), 1):
        aside.data(
            out / job.kind / f"{file_name(job.sheet.student_id)}.{job.sheet.language}.{_SUFFIXES[job.format]}", content
        )
        if job.format in _BESIDE:
            _write_figures(out / job.kind, job.sheet, _BESIDE[job.format], drawn)
        if progress:
            progress(written, len(jobs))
    if "html" in formats and shared_assets:
        from question_bank.render import html

        html.write_assets(lambda asset, content: aside.data(out / html.ASSETS / asset, content))
    files = {file: content for file, (content, _) in packages.items()}
    if BOOKLET in formats:
        files[f"{_BOOKLET}.pdf"] = _booklet(exam, chosen)
    for file, content in files.items():
        aside.data(out / file, content)
    if NOTEBOOK in formats:
        _write_notebooks(exam, chosen, out / NOTEBOOKS)
    folders = [out / kind for kind in (PAPERS, SOLUTIONS) if any(kind in SHEETS[name] for name in sheets)]
    folders += [out / NOTEBOOKS] if NOTEBOOK in formats else []
    notes = [f"{file}: {note}" for file, (_, told) in packages.items() for note in told]
    if any("pdf" in name for name in formats):
        notes += _undrawn(exam, chosen)
    return Exported((*folders, *(out / file for file in files)), tuple(notes))


def _check_rules(exam: Exam) -> None:
    """Refuse what an instructor wrote and no page can show; a law holds the bank's own texts to it."""
    for latex in {latex for rules in exam.rules.values() for latex in formulas(rules)}:
        try:
            typst(latex)
        except BankError as error:
            raise UsageError(
                f"the rules of the exam: {error.message}, in ${' '.join(latex.split())[:_LONGEST]}$",
                "PDF and TeX have only the LaTeX commands that the bank's own texts use: write the rules with these.",
            ) from None


@dataclass(frozen=True, slots=True)
class _Job:
    """A page to write: in which format, and to which folder."""

    format: str
    kind: str
    sheet: Sheet


def _written(exam: Exam, jobs: Sequence[_Job], *, shared_assets: bool) -> Iterator[tuple[_Job, bytes]]:
    printed = [job for job in jobs if job.format not in _WRITERS]
    for job in jobs:
        if job.format in _WRITERS:
            yield job, _WRITERS[job.format](exam, job.sheet, shared_assets).encode()
    if printed:
        from question_bank.exam import printing  # needed by these formats alone

        yield from zip(printed, printing.printed(exam.key_sha256, [job.sheet for job in printed]), strict=True)


def _booklet(exam: Exam, students: Sequence[str]) -> bytes:
    from question_bank.exam import printing  # needed by this format alone

    title = exam.title["en"] if "en" in exam.title else next(iter(exam.title.values()))
    return printing.booklet(exam.key_sha256, title, [sheet_of(exam, student, PAPERS) for student in students])


def _write_notebooks(exam: Exam, students: Sequence[str], out: Path) -> None:
    from question_bank.render import notebook  # needed by this format alone

    for student in students:
        page = sheet_of(exam, student, PAPERS)
        stem = file_name(student)
        for name, text in notebook.files(page, exam.key_sha256, stem):
            aside.data(out / f"{stem}.{page.language}" / name, text.encode())


def _undrawn(exam: Exam, students: Sequence[str]) -> list[str]:
    from question_bank.render.pdf.press import MISSING, drawn

    texts = {
        "the title or the rules": "".join([*exam.title.values(), *exam.rules.values()]),
        **{f"the name of {student}": f"{exam.students[student].name} {student}" for student in students},
    }
    found = [what for what, text in texts.items() if MISSING in drawn(text)]
    if not found:
        return []
    return [f"pdf: the fonts lack characters of {', '.join(found)}; {MISSING} is printed in their place"]


def _packages(exam: Exam, names: Sequence[str], students: Sequence[str]) -> dict[str, tuple[bytes, list[str]]]:
    if not names:
        return {}
    from question_bank.exam.packages import FILES, package  # needed by these formats alone

    return {FILES[name]: package(exam, name, students) for name in names}


def sheet_of(exam: Exam, student_id: str, kind: str, *, mistakes: bool = False) -> Sheet:
    """A student's paper, or its solutions, with the known mistakes where they are wanted."""
    student = exam.students[student_id]
    language = student.language
    rows = [(asked.question, asked.key if kind == SOLUTIONS else None) for asked in exam.papers[student_id]]
    return Sheet(
        kind="paper" if kind == PAPERS else "solutions",
        language=language,
        title=exam.title[language],
        student_id=student.id,
        name=student.name,
        rules=exam.rules.get(language, "") if kind == PAPERS else "",
        items=sheet.items(rows, saying=titles.saying if mistakes else None),
        total="",
    )


def _html(_: Exam, page: Sheet, shared: bool) -> str:  # noqa: FBT001  # one of four writers
    from question_bank.render import html  # needed by this format alone

    return html.render(page, shared=f"../{html.ASSETS}" if shared else "")


def _markdown(_: Exam, page: Sheet, __: bool) -> str:  # noqa: FBT001  # one of four writers
    return markdown.render(page, lambda row: f"{_FIGURES}/{picture(row, page.language).name}.svg")


def _json(exam: Exam, page: Sheet, _: bool) -> str:  # noqa: FBT001  # one of four writers
    rows = [_merged(asked, page.kind) for asked in exam.papers[page.student_id]]
    document = {"schema": 1, "student_id": page.student_id, "name": page.name, "title": page.title, "questions": rows}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _merged(asked: Asked, kind: str) -> dict[str, object]:
    return dict(asked.question) if kind == "paper" else {**asked.key, **asked.question}


def _tex(_: Exam, page: Sheet, __: bool) -> str:  # noqa: FBT001  # one of four writers
    return tex.render(page, lambda row: f"{_FIGURES}/{picture(row, page.language).name}.pdf")


def _write_figures(folder: Path, page: Sheet, suffix: str, written: set[Path]) -> None:
    """The pictures that a page in Markdown or LaTeX points to, each once."""
    for row in (row for item in page.items for row in (*item.figures, *item.solution_figures)):
        drawn = picture(row, page.language)
        file = folder / _FIGURES / f"{drawn.name}.{suffix}"
        if file in written:
            continue
        written.add(file)
        if suffix == "svg":
            aside.data(file, drawn.svg.encode())
        else:
            from question_bank.render.pdf import plate  # needed by this format alone

            aside.data(file, plate.pdf(drawn))


_LONGEST = 80
_BOOKLET = "booklet"
_FIGURES = "figures"
_BESIDE = {"markdown": "svg", "tex": "pdf"}
"""The formats that point to files with figures, and of which kind these are."""
_SUFFIXES = {"html": "html", "markdown": "md", "json": "json", "tex": "tex", "pdf": "pdf", "pdf-key": "pdf"}
_WRITERS: dict[str, Callable[[Exam, Sheet, bool], str]] = {
    "html": _html,
    "markdown": _markdown,
    "json": _json,
    "tex": _tex,
}
