"""The pages in a real browser: drawn, right to left where it should be, on a phone, without a network."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from question_bank.demo import CLASS, SECRET
from question_bank.exam.analyse import analyse
from question_bank.exam.export import export
from question_bank.exam.generate import generate
from question_bank.exam.mark import mark_exam

CHROMIUM = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: apt install chromium")

FONTS = {
    ("KaTeX_Main", "400", "normal"), ("KaTeX_Math", "400", "italic"), ("KaTeX_Size1", "400", "normal"),
    ("KaTeX_Size2", "400", "normal"), ("KaTeX_Size3", "400", "normal"), ("KaTeX_Size4", "400", "normal"),
}  # fmt: skip
PAGES = [
    f"{folder}/{student}.html"
    for folder in ("pages/papers", "pages/solutions", "marks/feedback", "shared/papers")
    for student in ("1001.en", "2001.he", "3002.ru", "4001.da")
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped class, with one hostile answer."""
    out = tmp_path_factory.mktemp("pages")
    generate(CLASS / "blueprint.toml", CLASS / "roster.csv", SECRET, out / "exam", measure=False)
    export(out / "exam", ["html"], out / "pages")
    export(out / "exam", ["html"], out / "shared", shared_assets=True)
    with (CLASS / "responses.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[1][3] = (
        "<script>window.pwned = 1</script><img src=x onerror='window.pwned = 1'>$\\href{javascript:window.pwned=1}{x}$"
    )
    with (out / "responses.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    mark_exam(out / "exam", out / "responses.csv", out / "marks")
    analyse(out / "marks")
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield running
        running.close()


def opened(browser: Any, path: Path, *, width: int = 900, script: bool = True) -> tuple[Any, list[str]]:
    """A page, and all that went wrong or went out while it was drawn."""
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script, offline=True)
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(f"error: {error}"))
    page.on("console", lambda message: trouble.append(message.text) if message.type in ("error", "warning") else None)
    page.on(
        "request",
        lambda request: trouble.append(request.url) if not request.url.startswith(("file:", "data:")) else None,
    )
    page.goto(path.as_uri())
    return page, trouble


@pytest.mark.parametrize("name", PAGES)
def test_page_is_drawn_whole_and_fits_a_phone(folder: Path, browser: Any, name: str) -> None:
    page, trouble = opened(browser, folder / name)
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.documentElement.dataset.drawn") == "yes"
    assert page.locator(".katex-error").count() == 0
    assert page.locator(".math").count() == page.locator(".math .katex-html").count() > 5
    fonts = page.evaluate(
        """() => [...new Set([...document.querySelectorAll('.katex-html *')].filter(e => e.textContent.trim()
             && /^[\\x00-\\x7f]*$/.test(e.textContent)).map(e => { const s = getComputedStyle(e);
             return [s.fontFamily.split(',')[0].replaceAll('"', ''), s.fontWeight, s.fontStyle].join('|') }))]"""
    )
    assert {tuple(font.split("|")) for font in fonts} <= FONTS
    assert page.evaluate("[...document.fonts].filter(font => font.status == 'error').length") == 0
    assert page.evaluate("window.pwned") is None
    assert trouble == []
    page.set_viewport_size({"width": 360, "height": 800})  # of a phone
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.context.close()


def test_hebrew_runs_right_to_left_and_its_formulas_do_not(folder: Path, browser: Any) -> None:
    page, _ = opened(browser, folder / "pages/solutions/2001.he.html")
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    directions = page.evaluate(
        "[...new Set([...document.querySelectorAll('.math')].map(e => getComputedStyle(e).direction))]"
    )
    assert directions == ["ltr"]
    # the heading begins at the right edge, and the first sum in a formula at the left of the second
    box = page.locator("h1 bdi").bounding_box()
    main = page.locator("main").bounding_box()
    assert main["x"] + main["width"] - (box["x"] + box["width"]) < 40
    places = page.evaluate(
        """() => { const math = [...document.querySelectorAll('.math')].find(e => e.textContent.includes('K=') || e.textContent.includes('K ='));
             const spans = [...math.querySelectorAll('.katex-html .mord')].filter(e => e.textContent == 'K' || /^\\d+$/.test(e.textContent));
             return spans.map(e => e.getBoundingClientRect().left) }"""
    )
    assert places == sorted(places)
    page.context.close()


def test_without_scripts_the_latex_can_be_read(folder: Path, browser: Any) -> None:
    page, _ = opened(browser, folder / "pages/papers/1001.en.html", script=False)
    text = page.locator("main").inner_text()
    assert "H \\times W = " in text
    assert "Question 1" in text
    page.context.close()


def test_figures_are_drawn_and_said(folder: Path, browser: Any) -> None:
    """From the left in Hebrew too, with their words for a screen reader, whole on a desk and on paper."""
    page, trouble = opened(browser, folder / "pages/solutions/2001.he.html")
    figures = page.locator("figure svg[role=img]")
    assert figures.count() >= 4
    for number in range(figures.count()):
        figure = figures.nth(number)
        assert len(figure.get_attribute("aria-label")) > 40
        assert figure.bounding_box()["height"] > 30
        assert figure.bounding_box()["width"] <= page.locator("figure").nth(number).bounding_box()["width"] + 1
    facts = page.locator("figure svg text", has_text="K =").first
    assert facts.evaluate("e => getComputedStyle(e).direction") == "ltr"
    assert trouble == []
    page.context.close()


def test_pages_print(folder: Path, browser: Any) -> None:
    page, _ = opened(browser, folder / "pages/papers/2001.he.html")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.choices li')).overflowX") == "visible"
    assert page.evaluate("getComputedStyle(document.querySelector('.question')).borderRadius") == "0px"
    assert page.pdf(format="A4")[:5] == b"%PDF-"
    page.context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_analysis_is_drawn_and_fits(folder: Path, browser: Any, width: int) -> None:
    page, trouble = opened(browser, folder / "marks/analysis/analysis.html", width=width, script=False)
    assert page.locator("svg[role=img]").count() >= 3
    assert page.locator("svg[role=img]").first.bounding_box()["height"] > 100
    assert page.get_by_role("heading", name="Look at these questions").is_visible()
    page.context.close()
    page, _ = opened(browser, folder / "marks/analysis/analysis.html", width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("window.pwned") is None
    assert trouble == []
    page.context.close()
