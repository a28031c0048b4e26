"""Papers and solutions in every format."""

import itertools
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from question_bank.errors import UsageError
from question_bank.exam.export import FORMATS, NOT_YET, PACKAGES, SHEETS, export
from question_bank.exam.generate import generate
from question_bank.render import html

from .pdf_reader import words

ROOT = Path(__file__).parents[2]
LARGEST_PAGE = 600_000
SECRET = "an honest secret of length"


def test_every_student_gets_a_paper_and_apart_from_it_the_solutions(exam: Path, tmp_path: Path) -> None:
    export(exam, FORMATS, tmp_path / "out")
    suffixes = ("html", "md", "json", "tex", "pdf")
    for folder in ("papers", "solutions"):
        names = {path.name for path in (tmp_path / "out" / folder).iterdir() if path.is_file()}
        assert names == {
            f"{student}.{language}.{suffix}"
            for student, language in (("a1", "he"), ("b2", "en"), ("c3", "ru"), ("d4", "da"))
            for suffix in suffixes
        }


def test_pages_find_their_figures_beside_them(exam: Path, tmp_path: Path) -> None:
    """Markdown points to SVG, LaTeX to PDF; no file lies there for nothing."""
    export(exam, ["markdown", "tex"], tmp_path / "out")
    for folder in ("papers", "solutions"):
        place = tmp_path / "out" / folder
        found = {
            name
            for suffix, pattern in (
                ("md", r"!\[[^\]]{20,}\]\((figures/\w+\.svg)\)"),
                ("tex", r"\{(figures/\w+\.pdf)\}"),
            )
            for page in place.glob(f"*.{suffix}")
            for name in re.findall(pattern, page.read_text(encoding="utf-8"))
        }
        assert found == {f"figures/{path.name}" for path in (place / "figures").iterdir()}
        assert {name.rpartition(".")[2] for name in found} == {"svg", "pdf"}
    shared = {path.name for path in (tmp_path / "out/papers/figures").iterdir()}
    assert not shared >= {path.name for path in (tmp_path / "out/solutions/figures").iterdir()}


SENTINEL = "707070"


def sentinels() -> Iterator[int]:
    return itertools.count(int(f"{SENTINEL}00001"))


def marked(value, numbers: Iterator[int]):
    """A value of the key with a number of its own in the place of every number and text."""
    if isinstance(value, dict):
        return {name: marked(inner, numbers) for name, inner in value.items()}
    if isinstance(value, list):
        return [marked(inner, numbers) for inner in value]
    return str(next(numbers)) if isinstance(value, str) else next(numbers)


def on_paper(path: Path) -> str:
    """What can be read on a page, digits together however they are grouped; no fonts, no scripts."""
    text = "".join(words(path)) if path.suffix == ".pdf" else path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        text = text[text.index("<main>") : text.index("</main>")]
    return re.sub(r"[^0-9A-Za-z]|thinspace", "", text)


def test_papers_hold_no_answers(exam: Path, reseal, tmp_path: Path) -> None:
    """Answers, letters, misconceptions, tolerances and steps are given numbers that nothing else holds."""
    numbers = sentinels()
    given = {}
    lines = []
    for line in (exam / "key.jsonl").read_text(encoding="utf-8").splitlines():
        key = json.loads(line)
        head = {name: key[name] for name in ("schema", "student_id", "question")}
        secret = {
            name: {part: {str(next(numbers)): marked(one, numbers) for one in slips.values()} for part, slips in value.items()}
            if name == "misconceptions" else marked(value, numbers)
            for name, value in key.items() if name not in head
        }  # fmt: skip
        if "solution_figures" in key:  # what they show is in their words; the rest draws them
            secret["solution_figures"] = [{**row, "alt": str(next(numbers))} for row in key["solution_figures"]]
        given.setdefault(key["student_id"], []).append(json.dumps(secret))
        lines.append(json.dumps({**head, **secret}) + "\n")
    (exam / "key.jsonl").write_text("".join(lines), encoding="utf-8")
    reseal(exam)
    export(exam, [*SHEETS, "ipynb"], tmp_path / "out")
    pages = [path for path in (tmp_path / "out/papers").rglob("*.*") if path.is_file()]
    assert len([page for page in pages if page.parent.name == "papers"]) == 4 * 5
    notebooks = [path for path in (tmp_path / "out/notebooks").rglob("*.*") if path.is_file()]
    assert len(notebooks) > 4 * 5
    assert [path.name for path in [*pages, *notebooks] if SENTINEL in on_paper(path)] == []
    for path in (tmp_path / "out/solutions").glob("*.*"):
        text = on_paper(path)
        expected = (
            re.findall(rf"{SENTINEL}\d+", "".join(given[path.name.split(".")[0]]))
            if path.suffix == ".json"
            else [SENTINEL]
        )
        assert all(number in text for number in expected)


def test_pages_need_nothing_from_anywhere(exam: Path, tmp_path: Path) -> None:
    export(exam, ["html"], tmp_path / "out")
    for path in (tmp_path / "out").rglob("*.html"):
        text = unescape(path.read_text(encoding="utf-8"))
        assert path.stat().st_size < LARGEST_PAGE
        body = text.replace("http://www.w3.org/", "")
        assert 'src="http' not in body
        assert "url(http" not in body
        assert "<link" not in body
        assert "default-src 'none'" in body
        assert f'lang="{path.name.split(".")[1]}"' in body
        assert ('dir="rtl"' in body) == (".he." in path.name)


def test_shared_assets(exam: Path, tmp_path: Path) -> None:
    export(exam, ["html"], tmp_path / "out", shared_assets=True)
    page = next((tmp_path / "out/papers").iterdir())
    text = page.read_text(encoding="utf-8")
    assert page.stat().st_size < 30_000
    for line in text.splitlines():
        for mark in ('href="', 'src="'):
            if mark in line:
                assert (page.parent / line.split(mark)[1].split('"')[0]).is_file()
    assert len(list((tmp_path / "out" / html.ASSETS).iterdir())) == 9


def test_names_and_rules_are_text_not_markup(blueprint: Path, roster: Path, tmp_path: Path) -> None:
    evil = "<b>x</b><script>alert(1)</script>![x](http://evil) $\\input{x}$"
    roster.write_text(roster.read_text(encoding="utf-8").replace("Ada Lovelace", evil), encoding="utf-8")
    generate(blueprint, roster, SECRET, tmp_path / "quiz", measure=False)
    export(tmp_path / "quiz", ["html", "markdown"], tmp_path / "out", students=["b2"])
    page = (tmp_path / "out/papers/b2.en.html").read_text(encoding="utf-8")
    assert "<b>x</b>" not in page
    assert "<script>alert" not in page
    assert "<em>notes</em>" in page
    text = (tmp_path / "out/papers/b2.en.md").read_text(encoding="utf-8")
    assert "\\<script\\>" in text
    assert "\\!\\[x\\]" in text


def test_only_some_students(exam: Path, tmp_path: Path) -> None:
    export(exam, ["json"], tmp_path / "out", students=["a1"])
    assert [path.name for path in (tmp_path / "out/papers").iterdir()] == ["a1.he.json"]
    with pytest.raises(UsageError, match="no student 'zz'"):
        export(exam, ["json"], tmp_path / "other", students=["a1", "zz"])
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("name", [*NOT_YET, "docx", ""])
def test_formats_that_are_not_there(exam: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="not supported yet|no format"):
        export(exam, ["html", name], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_nothing_to_export_is_refused(exam: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no format is named"):
        export(exam, [], tmp_path / "out")
    with pytest.raises(UsageError, match="no student is named"):
        export(exam, ["json"], tmp_path / "out", students=[])
    assert not (tmp_path / "out").exists()


def test_exporting_again_writes_nothing_new(exam: Path, tmp_path: Path) -> None:
    def written() -> dict[Path, tuple[bytes, int]]:
        files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
        return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}

    export(exam, FORMATS, tmp_path / "out")
    before = written()
    export(exam, FORMATS, tmp_path / "out")
    assert written() == before


def test_markdown_reads_as_an_exam(exam: Path, tmp_path: Path) -> None:
    export(exam, ["markdown"], tmp_path / "out")
    paper = (tmp_path / "out/papers/d4.da.md").read_text(encoding="utf-8")
    assert paper.startswith("# Quiz\n\nNavn: =SUM\\(A1\\) (d4)\n\nNo *notes*.\n\n## Opgave 1 (2 point)\n")
    assert "- A. $" in paper
    assert "a)** " in paper
    solutions = (tmp_path / "out/solutions/d4.da.md").read_text(encoding="utf-8")
    assert "### Løsning\n\n1. " in solutions
    assert "**Rigtigt svar:**" in solutions


def test_same_bytes_whatever_the_process(exam: Path, tmp_path: Path) -> None:
    """Papers, marks and feedback under three hash seeds and two time zones."""
    rows = "".join(f"{student},1,size,{text}\n" for student, text in (("a1", "3x4"), ("b2", "no idea"), ("x", "1")))
    (tmp_path / "answers.csv").write_text(f"student_id,question,part,answer\n{rows}", encoding="utf-8")
    made = []
    for number, (seed, zone) in enumerate([("0", "UTC"), ("1", "Asia/Jerusalem"), ("424242", "UTC")]):
        out = tmp_path / f"run{number}"
        for command in (
            ["export", exam, "--format", ",".join(FORMATS), "--assets", "shared", "--out", out / "pages"],
            ["mark", exam, tmp_path / "answers.csv", "--out", out / "marks"],
        ):
            done = subprocess.run(
                [sys.executable, "-m", "cli", "exam", *command], cwd=ROOT, check=False, capture_output=True,
                env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            )  # fmt: skip
            assert done.returncode == (command[0] == "mark"), done.stderr
        made.append({str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()})
    assert made[0] == made[1] == made[2]
    assert (
        len([name for name in made[0] if "/figures/" not in name])
        == 2 * 4 * 5 + 4 * (1 + 8) + 1 + len(PACKAGES) + 9 + 7 + 4
    )
    assert not any(str(tmp_path).encode() in content for content in made[0].values())
