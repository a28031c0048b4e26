"""The pages of a small exam in each format, which a person has read: two questions, one with a figure.

A change here is a change of what instructors print and students open. Look at it, then `make golden`.
"""

import json
import re
from fractions import Fraction
from pathlib import Path

import pypdfium2
import pytest

from question_bank.exam import titles
from question_bank.render import html, markdown, notebook, sheet, tex
from question_bank.render.figures import picture
from question_bank.render.pdf.press import Press
from question_bank.render.sheet import Sheet
from question_bank.show import show

HERE = Path(__file__).parent / "pages"
QUESTIONS = (("convolution/fit", 2), ("initialization/variance", 1))
CODE = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'


def page(kind: str, language: str) -> Sheet:
    """A paper, or its solutions with the known mistakes."""
    rows = []
    for number, (family, level) in enumerate(QUESTIONS, 1):
        asked, key = show(family, level=level, key="golden", language=language)
        points = dict.fromkeys((part.part for part in asked.parts), Fraction(3, 2))
        row = asked.row(student_id="s1", question=str(number), slot=number, points=points)
        rows.append((row, key.row(student_id="s1", question=str(number)) if kind == "solutions" else None))
    saying = titles.saying if kind == "solutions" else None
    rules = "Rules with *words* and $K = 3$.\n\n- 60 minutes" if kind == "paper" else ""
    return Sheet(kind, language, "Golden & <b>", "s1", "Ada $ #1", rules, sheet.items(rows, saying=saying), "")


def as_html(page: Sheet) -> str:
    """What stands in the page; styles, scripts and fonts are the same in all."""
    found = re.search(r"<main>.*</main>", html.render(page), re.DOTALL)
    assert found
    return found[0] + "\n"


def as_notebook(page: Sheet) -> str:
    """The notebook without the dots of its pictures, and the first check."""
    (_, text), (_, check), *_ = notebook.files(page, "0" * 64, "s1")
    document = json.loads(text)
    for cell in document["cells"]:
        for picture_ in cell.get("attachments", {}).values():
            picture_["image/png"] = "..."
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n\n" + check


def as_pdf(page: Sheet) -> str:
    """The words of each page, as another library reads them."""
    document = pypdfium2.PdfDocument(Press().document("Golden", [page], lambda *_: CODE))
    texts = (page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document)
    return "\n--- next page ---\n".join(texts) + "\n"


PAGES = {
    "paper.he.html": lambda: as_html(page("paper", "he")),
    "solutions.en.html": lambda: as_html(page("solutions", "en")),
    "paper.da.md": lambda: markdown.render(page("paper", "da"), lambda row: f"figures/{picture(row, 'da').name}.svg"),
    "solutions.ru.md": lambda: markdown.render(page("solutions", "ru"), lambda row: f"figures/{row['kind']}.svg"),
    "paper.en.tex": lambda: tex.render(page("paper", "en"), lambda row: f"figures/{row['kind']}.pdf"),
    "solutions.he.tex": lambda: tex.render(page("solutions", "he"), lambda row: f"figures/{row['kind']}.pdf"),
    "paper.ru.ipynb.txt": lambda: as_notebook(page("paper", "ru")),
    "paper.en.pdf.txt": lambda: as_pdf(page("paper", "en")),
    "solutions.da.pdf.txt": lambda: as_pdf(page("solutions", "da")),
}


@pytest.mark.parametrize("name", PAGES)
def test_page_is_as_it_was(name: str, update_golden: bool) -> None:
    path, now = HERE / name, PAGES[name]()
    if update_golden:
        path.parent.mkdir(exist_ok=True)
        path.write_text(now, encoding="utf-8")
    assert now == path.read_text(encoding="utf-8"), "look at the change; if it is meant, run `make golden`"
