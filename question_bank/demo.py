"""`convmark demo`: the whole line on a shipped class of twelve."""

from collections.abc import Iterator
from pathlib import Path

from question_bank.errors import UsageError
from question_bank.exam.analyse import PAGE, analyse
from question_bank.exam.export import PAPERS, SOLUTIONS, export
from question_bank.exam.generate import generate
from question_bank.exam.mark import FEEDBACK, TOTALS, mark_exam

CLASS = Path(__file__).with_name("sample_class")
# shipped with the exam it opens, so no secret at all; an exam of one's own needs one
SECRET = "the demo has nothing to hide"  # noqa: S105


def play(out: Path) -> Iterator[str]:
    """Generate, export, mark and analyse; yield what to tell the user, line by line.

    Raises:
        UsageError: `out` holds something else.
    """
    if out.exists() and not (out / "exam").exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} exists and holds something else", "Choose another --out.")
    made = generate(CLASS / "blueprint.toml", CLASS / "roster.csv", SECRET, out / "exam")
    yield f"Generated an exam for {made.students} students: {made.questions} questions,"
    yield "  every key derived by sympy and measured by torch."
    yield f"  {out / 'exam'} (key_sha256 {made.key_sha256[:16]}…)"
    export(out / "exam", ["html"], out / "pages")
    yield "Wrote the pages, for instance:"
    for page in (f"{PAPERS}/1001.en.html", f"{PAPERS}/2001.he.html", f"{SOLUTIONS}/3001.ru.html"):
        yield f"  {out / 'pages' / page}"
    yield "Wrote the papers as a booklet for the printer:"
    for path in export(out / "exam", ["pdf-booklet"], out / "print").paths:
        yield f"  {path}"
    yield "Wrote the same questions for Moodle:"
    for path in export(out / "exam", ["moodle"], out / "lms").paths:
        yield f"  {path}"
    marked = mark_exam(out / "exam", CLASS / "responses.csv", out / "marks")
    counts = ", ".join(f"{count} {verdict}" for verdict, count in marked.verdicts.items())
    yield f"Marked the shipped responses: {counts}; mean {marked.mean:.1f} of {marked.most:g} points."
    common = ", ".join(f"{name} ({count})" for name, count in list(marked.misconceptions.items())[:3])
    yield f"  most common mistakes: {common}"
    yield f"  {out / 'marks' / TOTALS}"
    yield f"  {out / 'marks' / FEEDBACK}/2001.he.html"
    analysed = analyse(out / "marks")
    yield "Analysed the exam:"
    yield f"  {analysed.folder / PAGE}"
