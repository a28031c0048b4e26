"""Papers and keys as PDF, read back by a reader that shares nothing with what writes them."""

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pypdf
import pypdfium2
import pytest

from question_bank.demo import CLASS, SECRET
from question_bank.errors import UsageError
from question_bank.exam.export import PAPERS, SOLUTIONS, export, sheet_of
from question_bank.exam.folder import read as read_exam
from question_bank.exam.generate import generate
from question_bank.render.maths.latex import formulas
from question_bank.render.maths.spoken import spoken as said
from question_bank.render.pdf.press import MISSING, Press, drawn

from .pdf_reader import codes, pictures, seen, spoken, words

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    generate(CLASS / "blueprint.toml", CLASS / "roster.csv", SECRET, folder / "exam", measure=False)
    export(folder / "exam", ["pdf", "pdf-key", "pdf-booklet"], folder / "out")
    return folder


def rows(demo: Path, name: str) -> list[dict]:
    return [json.loads(line) for line in (demo / "exam" / name).read_text(encoding="utf-8").splitlines()]


def texts(question: dict) -> list[str]:
    choices = [choice["text"] for part in question["parts"] for choice in part["choices"]]
    return [question["statement"], *(part["prompt"] for part in question["parts"]), *choices]


def numbers(value) -> list[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for inner in value for number in numbers(inner)]
    return [str(abs(value))] if isinstance(value, int) and not isinstance(value, bool) and value not in (0, 1) else []


def test_every_formula_is_on_its_page_in_words_and_in_order(demo: Path) -> None:
    """No formula is lost, whichever way it stands on the page: what is read aloud holds each of them."""
    exam = read_exam(demo / "exam")
    for student in exam.students.values():
        sheet = sheet_of(exam, student.id, PAPERS)
        wanted = [
            said(formula, student.language)
            for item in sheet.items
            for text in (
                item.statement,
                *(
                    text
                    for part in item.parts
                    for text in (part.prompt, *(choice for _, choice in part.choices))
                ),
            )
            for formula in formulas(text)
        ]  # fmt: skip
        assert spoken(demo / f"out/papers/{student.id}.{student.language}.pdf") == wanted


def test_every_figure_is_on_its_page_in_words_and_in_order(demo: Path) -> None:
    exam = read_exam(demo / "exam")
    for student in exam.students.values():
        for kind in (PAPERS, SOLUTIONS):
            sheet = sheet_of(exam, student.id, kind)
            wanted = [row["alt"] for item in sheet.items for row in (*item.figures, *item.solution_figures)]
            assert len(wanted) >= 4
            assert spoken(demo / f"out/{kind}/{student.id}.{student.language}.pdf", "/Figure") == wanted


def test_every_given_number_is_printed(demo: Path) -> None:
    """Read as characters, for a formula might be tagged and not be drawn."""
    seen = {}
    for question in rows(demo, "questions.jsonl"):
        path = demo / f"out/papers/{question['student_id']}.{question['language']}.pdf"
        page = seen.setdefault(path, re.findall(r"\d+", re.sub("(?<=\\d)\u2009(?=\\d)", "", " ".join(words(path)))))
        assert set(numbers(question["given"])) <= set(page), (path, question["question"])


@pytest.mark.parametrize("student", ["1001.en", "2001.he", "2002.he", "3001.ru", "4001.da"])
def test_thousands_keep_their_order_in_every_language(demo: Path, student: str) -> None:
    """Among Hebrew words, two groups of digits that are apart would change places."""
    page = seen(demo / f"out/solutions/{student}.pdf")
    large = {
        answer
        for key in rows(demo, "key.jsonl")
        for answer in key["answers"].values()
        if key["student_id"] == student.split(".")[0] and isinstance(answer, int) and answer > 10_000
    }
    assert large
    for answer in large:
        assert any(str(answer) in line for line in page), answer


def test_a_paper_has_a_cover_and_codes(demo: Path) -> None:
    manifest = json.loads((demo / "exam/manifest.json").read_text(encoding="utf-8"))
    for path in (demo / "out/papers").iterdir():
        student, language, _ = path.name.split(".")
        pages = words(path)
        assert student in pages[0]
        assert all(f"{number}/{len(pages)}" in page for number, page in enumerate(pages, 1))
        assert codes(path) == [
            [f"convmark/1/{manifest['key_sha256'][:12]}/{number}/{student}"] for number in range(1, len(pages) + 1)
        ]
        document = pypdf.PdfReader(path)
        assert document.trailer["/Root"]["/Lang"] == language
        assert document.metadata is not None
        assert document.metadata.title == manifest["title"][language]
        assert document.xmp_metadata is not None
        assert b"pdfuaid:part" in document.xmp_metadata.stream.get_data()


def test_the_key_has_what_the_paper_has_not(demo: Path) -> None:
    for language, student, word, mistakes in (
        ("en", "1001", "Right answer", "Known mistakes"),
        ("da", "4001", "Rigtigt svar", "Typiske fejl"),
        ("ru", "3001", "Правильный ответ", "Типичные ошибки"),
    ):
        paper, key = (
            " ".join(words(demo / f"out/{kind}/{student}.{language}.pdf")) for kind in ("papers", "solutions")
        )
        assert word in key
        assert mistakes in key
        assert word not in paper
        assert mistakes not in paper


def test_the_booklet_holds_every_paper_from_a_right_hand_page(demo: Path) -> None:
    pages = pictures(demo / "out/booklet.pdf")
    place = 0
    for path in sorted((demo / "out/papers").iterdir()):
        alone = pictures(path)
        assert place % 2 == 0
        assert pages[place : place + len(alone)] == alone
        place += len(alone)
        if place % 2 and place < len(pages):
            assert set(pages[place]) == {255}
            place += 1
    assert place == len(pages)


def test_same_bytes_alone_and_beside_others(demo: Path, tmp_path: Path) -> None:
    """One process prints one paper, several print many: the bytes are the same."""
    export(demo / "exam", ["pdf", "pdf-key"], tmp_path / "out", students=["2001"])
    for path in (tmp_path / "out").rglob("*.pdf"):
        assert path.read_bytes() == (demo / "out" / path.relative_to(tmp_path / "out")).read_bytes()


HOSTILE = (
    'Ada #panic("x") $x$ #read("exam.typ")', "<b>&amp;</b> ]*_`", "\\\\ \" ' { }", "line\\nbreak\ttab", "🙂 你好 العربية",
    "דנה $x$ #1", "\u202eevil\u202c", "x" * 300,
)  # fmt: skip


def test_names_are_printed_as_they_stand(blueprint: Path, tmp_path: Path) -> None:
    lines = ["student_id,name,email,language"]
    lines += [
        f'{number}#$<&,"{name.replace(chr(34), chr(34) * 2)}",a@example.org,{("en", "he")[number % 2]}'
        for number, name in enumerate(HOSTILE)
    ]
    (tmp_path / "odd.csv").write_text("\n".join(lines), encoding="utf-8")
    generate(blueprint, tmp_path / "odd.csv", SECRET, tmp_path / "quiz", measure=False)
    exported = export(tmp_path / "quiz", ["pdf", "tex"], tmp_path / "out")
    assert len(list((tmp_path / "out/papers").glob("*.pdf"))) == len(HOSTILE)
    [note] = exported.notes
    assert "the fonts lack characters" in note
    assert "4#$<&" in note
    path = next((tmp_path / "out/papers").glob("0*.pdf"))
    assert 'Ada #panic("x") $x$ #read("exam.typ")' in words(path)[0].replace("\u201c", '"').replace("\u201d", '"')
    assert "0#$<&" in words(path)[0]


def test_a_name_needs_no_font() -> None:
    assert drawn("Søren Ж דנה ş ő") == "Søren Ж דנה ş ő"
    assert drawn("你🙂") == MISSING * 2
    assert drawn("a\u202eb\u200f\x07c") == "abc"
    assert drawn("\ud800") == MISSING


@pytest.mark.parametrize("formula", [r"\input{/etc/passwd}", "#read", r"\frac{1}{2"])
def test_rules_with_other_latex_are_refused(blueprint: Path, roster: Path, tmp_path: Path, formula: str) -> None:
    text = blueprint.read_text(encoding="utf-8").replace('"No *notes*."', f"'No ${formula}$.'")
    blueprint.write_text(text, encoding="utf-8")
    generate(blueprint, roster, SECRET, tmp_path / "quiz", measure=False)
    for name in ("pdf", "pdf-booklet", "tex"):
        with pytest.raises(UsageError, match="the rules of the exam"):
            export(tmp_path / "quiz", [name], tmp_path / "out")
        assert not list((tmp_path / "out").rglob("*.*"))


@pytest.mark.parametrize(
    ("title", "rules"),
    [
        ("Quiz", "Write $\\text{考}$, $ $, ${{{}}}$, a &#xE000; b, 考."),
        ("\u200b", "3. three\n4. four\n\n- [ ] phone off\n\n```\ndef f(x):\n    return x\n```"),
        ("word " * 400, r"\$5, `$6`, [notes](http://x/$a$) and $b$"),
    ],
)
def test_whatever_an_instructor_writes_is_set(
    blueprint: Path, roster: Path, tmp_path: Path, title: str, rules: str
) -> None:
    text = blueprint.read_text(encoding="utf-8")
    text = text.replace('"Quiz"', json.dumps(title)).replace('"No *notes*."', json.dumps(rules))
    blueprint.write_text(text, encoding="utf-8")
    names = roster.read_text(encoding="utf-8").replace("Ada Lovelace", "a\u0951" + "x" * 500)
    roster.write_text(names, encoding="utf-8")
    generate(blueprint, roster, SECRET, tmp_path / "quiz", measure=False)
    exported = export(tmp_path / "quiz", ["pdf", "pdf-key", "pdf-booklet", "tex", "ipynb"], tmp_path / "out")
    printed = [path for path in (tmp_path / "out").rglob("*.pdf") if path.parent.name != "figures"]
    assert len(printed) == 4 + 4 + 1
    [note] = exported.notes
    assert "the name of b2" in note
    assert ("the title or the rules" in note) == ("考" in rules)


def test_a_longer_paper_gets_its_codes_too(demo: Path) -> None:
    """More pages than were reckoned with: all are printed anew, none goes without its code."""
    exam = read_exam(demo / "exam")
    sheet = sheet_of(exam, "1001", PAPERS)
    longer = type(sheet)(**{**{name: getattr(sheet, name) for name in sheet.__slots__}, "items": sheet.items * 3})
    asked: list[int] = []

    def code(_: object, page: int) -> str:
        asked.append(page)
        return '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'

    content = Press().document("x", [longer], code)
    assert 12 < len(pypdfium2.PdfDocument(content)) <= max(asked)


def test_nothing_is_left_running_when_the_command_is_killed(demo: Path, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "cli",
        "exam",
        "export",
        demo / "exam",
        "--format",
        "pdf,pdf-key",
        "--out",
        tmp_path,
    ]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    children: set[int] = set()
    ends = time.monotonic() + 30
    while len(children) < 1 and running.poll() is None and time.monotonic() < ends:
        children = _children(running.pid)
        time.sleep(0.01)
    running.send_signal(signal.SIGKILL)
    running.wait()
    ends = time.monotonic() + 10
    while any(_alive(child) for child in children) and time.monotonic() < ends:
        time.sleep(0.05)
    assert children
    assert not any(_alive(child) for child in children)


def _children(parent: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()}


def _alive(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


def test_the_templates_folder_holds_templates_only() -> None:
    """What Typst may read lies there."""
    folder = ROOT / "question_bank/render/pdf"
    assert {path.suffix for path in folder.iterdir() if path.name != "__pycache__"} == {".py", ".typ"}
    assert "@preview" not in (folder / "exam.typ").read_text(encoding="utf-8")
