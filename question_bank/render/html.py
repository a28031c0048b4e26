"""A sheet as one HTML page that needs nothing from anywhere: styles, KaTeX and its fonts inside.

Texts are escaped by the template, Markdown is rendered without raw HTML, and the page's own
policy lets no script run but the two that are in it.
"""

import base64
import hashlib
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup, escape
from mdit_py_plugins.dollarmath import dollarmath_plugin

from question_bank.render.figures import picture
from question_bank.render.sheet import Sheet
from question_bank.text import RIGHT_TO_LEFT, interface

ASSETS = "assets"
_SHORT = 60

_HERE = Path(__file__).parent
_FONTS = {
    "KaTeX_Main": ("Main-Regular", "normal"),
    "KaTeX_Math": ("Math-Italic", "italic"),
    "KaTeX_Size1": ("Size1-Regular", "normal"),
    "KaTeX_Size2": ("Size2-Regular", "normal"),
    "KaTeX_Size3": ("Size3-Regular", "normal"),
    "KaTeX_Size4": ("Size4-Regular", "normal"),
}


def render(sheet: Sheet, *, shared: str = "") -> str:
    """The page.

    Args:
        sheet: what is on it.
        shared: the relative path of a folder that `write_assets` filled; without it the page
            carries everything itself (about 400 KB).
    """
    language = sheet.language
    head, tail, policy = _shared(shared) if shared else _inlined()
    page: str = _template().render(
        sheet=sheet,
        subtitle="" if sheet.kind == "paper" else interface(f"label.{sheet.kind}", language),
        direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
        word=lambda name: interface(name, language),
        drawn=lambda figure: picture(figure, language),
        bare=Markup,  # of pictures, which the bank wrote and whose texts are escaped
        head=head,
        tail=tail,
        policy=policy,
    )
    return page


def write_assets(write: Callable[[str, bytes], None]) -> None:
    """Write the files that pages with `shared` point to."""
    write(
        "page.css",
        (_faces(lambda font: f"{font}.woff2") + _read("katex/katex.min.css") + _read("page/page.css")).encode(),
    )
    write("katex.min.js", _read("katex/katex.min.js").encode())
    write("page.js", _read("page/page.js").encode())
    for font, _ in _FONTS.values():
        write(f"{font}.woff2", _font(font))


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _font(name: str) -> bytes:
    return (_HERE / f"katex/fonts/KaTeX_{name}.woff2").read_bytes()


def _faces(source: Callable[[str], str]) -> str:
    return "".join(
        f'@font-face{{font-family:{family};font-style:{style};src:url({source(font)}) format("woff2")}}'
        for family, (font, style) in _FONTS.items()
    )


@cache
def _inlined() -> tuple[Markup, Markup, str]:
    faces = _faces(lambda font: f"data:font/woff2;base64,{base64.b64encode(_font(font)).decode()}")
    style = faces + _read("katex/katex.min.css") + _read("page/page.css")
    scripts = [_read("katex/katex.min.js"), _read("page/page.js")]
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts
    )
    policy = f"default-src 'none'; style-src 'unsafe-inline'; font-src data:; script-src {hashes}"
    # all of this is ours, read from the package
    head = Markup(f"<style>{style}</style>")  # noqa: S704
    tail = Markup("\n".join(f"<script>{script}</script>" for script in scripts))  # noqa: S704
    return head, tail, policy


def _shared(folder: str) -> tuple[Markup, Markup, str]:
    sources = "'self' file:"
    policy = f"default-src 'none'; style-src 'unsafe-inline' {sources}; font-src {sources}; script-src {sources}"
    head = Markup('<link rel="stylesheet" href="{}/page.css">').format(folder)
    tail = Markup('<script src="{0}/katex.min.js"></script>\n<script src="{0}/page.js"></script>').format(folder)
    return head, tail, policy


@cache
def _template() -> Any:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "page"), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    environment.filters["markdown"] = _markdown
    environment.filters["markdown_line"] = _markdown_line
    return environment.get_template("page.html")


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.use(dollarmath_plugin, allow_labels=False)
    reader.add_render_rule("math_inline", _inline_math)
    reader.add_render_rule("math_inline_double", _display_math)
    reader.add_render_rule("math_block", _display_math)
    reader.add_render_rule("image", lambda *_: "")  # a picture would come from the network
    return reader


def _inline_math(_: Any, tokens: Any, index: int, *__: Any) -> str:
    content = tokens[index].content
    kept_together = " short" if len(content) <= _SHORT else ""  # "12 x" at a line's end reads as another number
    return f'<bdi dir="ltr" class="math{kept_together}">{escape(content)}</bdi>'


def _display_math(_: Any, tokens: Any, index: int, *__: Any) -> str:
    return f'<bdi dir="ltr" class="math display">{escape(tokens[index].content.strip())}</bdi>'


@lru_cache(maxsize=4096)
def _markdown(text: str) -> Markup:
    return Markup(_reader().render(text))  # noqa: S704  # rendered without raw HTML


@lru_cache(maxsize=4096)
def _markdown_line(text: str) -> Markup:
    return Markup(_reader().renderInline(text))  # noqa: S704  # rendered without raw HTML
