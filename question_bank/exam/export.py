"""`exam export`: papers and solutions for every student, and packages of all for learning management systems."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from question_bank.errors import UsageError
from question_bank.exam import Progress, aside
from question_bank.exam.folder import Asked, Exam, file_name, read
from question_bank.render import markdown, sheet
from question_bank.render.sheet import Sheet

SHEETS = ("html", "markdown", "json")
PACKAGES = ("moodle", "gift", "qti12")
FORMATS = (*SHEETS, *PACKAGES)
NOT_YET = ("pdf", "pdf-key", "pdf-booklet", "tex", "ipynb", "stack", "qti22", "qti3")
PAPERS, SOLUTIONS = "papers", "solutions"


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
    """Write `papers/` and `solutions/`, a file per student and format, and a file of all for each package.

    Solutions and packages hold the key; keep them to yourself.

    Args:
        folder: an exam folder.
        formats: some of FORMATS.
        out: where to; files of an earlier export are replaced.
        students: ids; all where None.
        shared_assets: let the HTML pages share one folder of styles and fonts.
        progress: called with pages written and pages in all.

    Raises:
        UsageError: an unknown format or student, or none at all; a package cannot carry a question.
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
    sheets, packed = ([name for name in formats if name in known] for known in (SHEETS, PACKAGES))
    packages = _packages(exam, packed, chosen)  # first, for a question that one cannot carry stops all
    total = 2 * len(sheets) * len(chosen)
    written = 0
    for name in sheets:
        for kind in (PAPERS, SOLUTIONS):
            for student in chosen:
                page = sheet_of(exam, student, kind)
                path = out / kind / f"{file_name(student)}.{page.language}.{_SUFFIXES[name]}"
                aside.data(path, _WRITERS[name](exam, page, shared_assets).encode())
                written += 1
                if progress:
                    progress(written, total)
    if "html" in formats and shared_assets:
        from question_bank.render import html

        html.write_assets(lambda asset, content: aside.data(out / html.ASSETS / asset, content))
    for file, (content, _) in packages.items():
        aside.data(out / file, content)
    folders = (out / PAPERS, out / SOLUTIONS) if sheets else ()
    notes = tuple(f"{file}: {note}" for file, (_, told) in packages.items() for note in told)
    return Exported((*folders, *(out / file for file in packages)), notes)


def _packages(exam: Exam, names: Sequence[str], students: Sequence[str]) -> dict[str, tuple[bytes, list[str]]]:
    if not names:
        return {}
    from question_bank.exam.packages import FILES, package  # needed by these formats alone

    return {FILES[name]: package(exam, name, students) for name in names}


def sheet_of(exam: Exam, student_id: str, kind: str) -> Sheet:
    """A student's paper, or its solutions."""
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
        items=sheet.items(rows),
        total="",
    )


def _html(_: Exam, page: Sheet, shared: bool) -> str:  # noqa: FBT001  # one of three writers
    from question_bank.render import html  # needed by this format alone

    return html.render(page, shared=f"../{html.ASSETS}" if shared else "")


def _markdown(_: Exam, page: Sheet, __: bool) -> str:  # noqa: FBT001  # one of three writers
    return markdown.render(page)


def _json(exam: Exam, page: Sheet, _: bool) -> str:  # noqa: FBT001  # one of three writers
    rows = [_merged(asked, page.kind) for asked in exam.papers[page.student_id]]
    document = {"schema": 1, "student_id": page.student_id, "name": page.name, "title": page.title, "questions": rows}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _merged(asked: Asked, kind: str) -> dict[str, object]:
    return dict(asked.question) if kind == "paper" else {**asked.key, **asked.question}


_SUFFIXES = {"html": "html", "markdown": "md", "json": "json"}
_WRITERS: dict[str, Callable[[Exam, Sheet, bool], str]] = {"html": _html, "markdown": _markdown, "json": _json}
