r"""Markdown as HTML for a learning management system: formulas stay LaTeX, between marks of its own."""

import re
from collections.abc import Callable
from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markupsafe import escape

from question_bank.render.maths.latex import MARK, split
from question_bank.text import RIGHT_TO_LEFT

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Markup:
    r"""Renders Markdown, and formulas as a system wants them.

    The texts of a family differ in their formulas alone, so what is around these is rendered once.

    Args:
        formula: gives the HTML of a formula from its LaTeX, and whether it stands by itself.

    >>> Markup(lambda latex, alone: rf"\({latex}\)").line("stride $S = 2$")
    'stride \\(S = 2\\)'
    """

    def __init__(self, formula: Callable[[str, bool], str]) -> None:
        self._formula = formula

    def block(self, markdown: str) -> str:
        """A text of paragraphs, lists and tables."""
        return self._filled(_block, markdown)

    def line(self, markdown: str) -> str:
        """A text within a line."""
        return self._filled(_line, markdown)

    def _filled(self, render: Callable[[str], str], markdown: str) -> str:
        around, formulas = split(markdown)
        drawn = (self._formula(latex.strip(), alone) for latex, alone in formulas)
        return re.sub(MARK, lambda _: next(drawn), render(around))


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("image", lambda *_: "")  # a picture would come from the network
    return reader


@lru_cache(maxsize=4096)
def _block(markdown: str) -> str:
    return str(_reader().render(markdown)).strip()


@lru_cache(maxsize=4096)
def _line(markdown: str) -> str:
    return str(_reader().renderInline(markdown))


def left_to_right(html: str) -> str:
    """A run that reads from left to right wherever it stands, as formulas do."""
    return f'<span dir="ltr">{html}</span>'


def directed(html: str, language: str) -> str:
    """Text in a block that runs in the direction of its language.

    >>> directed("<p>a</p>", "he"), directed("<p>a</p>", "da")
    ('<div lang="he" dir="rtl"><p>a</p></div>', '<div lang="da"><p>a</p></div>')
    """
    direction = ' dir="rtl"' if language in RIGHT_TO_LEFT else ""
    return f'<div lang="{language}"{direction}>{html}</div>'


def text(plain: str) -> str:
    """Plain text as HTML."""
    return str(escape(plain))


def step(name: str) -> str:
    """A name as a step of the path of a category, in which a slash is written twice.

    >>> step("convolution/fit")
    'convolution//fit'
    """
    return " ".join(name.split()).replace("/", "//")


def legal(content: str) -> str:
    """A text without the characters that XML 1.0 does not know, whoever wrote them."""
    return _ILLEGAL.sub("\ufffd", content)


MATHJAX = Markup(lambda latex, alone: left_to_right(text(rf"\[{latex}\]" if alone else rf"\({latex}\)")))
"""Formulas as Moodle's filter for MathJax finds them."""
