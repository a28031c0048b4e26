"""A Markdown text as paragraphs, lists and tables of runs, for documents that are not HTML."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeAlias

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.dollarmath import dollarmath_plugin

from question_bank.render.maths.latex import MARK, split


@dataclass(frozen=True, slots=True)
class Words:
    """Characters, which mean nothing but themselves."""

    text: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in LaTeX; `alone` where it has a line of its own."""

    latex: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Marked:
    """Runs that are "strong", "emphasis" or "code"."""

    mark: str
    runs: "tuple[Run, ...]"


@dataclass(frozen=True, slots=True)
class Break:
    """The end of a line."""


Run: TypeAlias = Words | Formula | Marked | Break


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Runs one after another."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Points, numbered or not; `start` is the first number."""

    numbered: bool
    items: "tuple[tuple[Block, ...], ...]"
    start: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A header and rows of cells."""

    header: tuple[tuple[Run, ...], ...]
    rows: tuple[tuple[tuple[Run, ...], ...], ...]


Block: TypeAlias = Paragraph | Listing | Table


@lru_cache(maxsize=4096)
def blocks(markdown: str) -> tuple[Block, ...]:
    """A text of paragraphs, lists and tables.

    >>> blocks("stride $S = 2$")
    (Paragraph(runs=(Words(text='stride '), Formula(latex='S = 2', alone=False))),)
    """
    if _needs_care(markdown):
        return _Filler(()).blocks(SyntaxTreeNode(_careful().parse(markdown)).children)
    around, formulas = split(markdown)
    return _Filler(formulas).blocks(_tree(around).children)


@lru_cache(maxsize=4096)
def line(markdown: str) -> tuple[Run, ...]:
    """A text within a line; of several paragraphs, one after another.

    >>> line("find *all* of it")
    (Words(text='find '), Marked(mark='emphasis', runs=(Words(text='all'),)), Words(text=' of it'))
    """
    if _needs_care(markdown):
        return _Filler(()).runs(SyntaxTreeNode(_careful().parseInline(markdown)).children)
    around, formulas = split(markdown)
    return _Filler(formulas).runs(SyntaxTreeNode(_reader().parseInline(around)).children)


def formulas(markdown: str) -> Iterator[str]:
    """The formulas that a text shows, in order.

    >>> list(formulas("a $x$ for `$5` and $6"))
    ['x']
    """
    yield from _within(blocks(markdown))


def _within(part: object) -> Iterator[str]:
    match part:
        case Formula(latex, _):
            yield latex
        case Paragraph(inner) | Marked(_, inner) | Listing(_, inner, _):
            yield from _within(inner)
        case Table(header, rows):
            yield from _within((header, rows))
        case tuple():
            for inner in part:
                yield from _within(inner)


_CARE = re.compile(r"\\\$|`|\]\(|&#|\ue000|<[a-zA-Z]+:|~~~|\]:")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")


def _needs_care(markdown: str) -> bool:
    """Whether a dollar sign may begin no formula here; not in the bank's own texts, which are read faster."""
    odd = any(paragraph.count("$") % 2 for paragraph in _PARAGRAPHS.split(markdown))
    return odd or bool(_CARE.search(markdown))


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


@cache
def _careful() -> MarkdownIt:
    """A reader that tells formulas from other dollar signs as the HTML pages do."""
    return (
        MarkdownIt("commonmark", {"html": False}).enable("table").use(dollarmath_plugin, allow_labels=False)
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _tree(around: str) -> SyntaxTreeNode:
    """Parsed once for all the variants that differ in their formulas alone."""
    return SyntaxTreeNode(_reader().parse(around))


class _Filler:
    """Puts the formulas back in their places, from left to right."""

    def __init__(self, formulas: Sequence[tuple[str, bool]]) -> None:
        self._formulas = iter(formulas)
        self._bare = not formulas  # what looks like a mark is none

    def blocks(self, nodes: Sequence[SyntaxTreeNode]) -> tuple[Block, ...]:
        made: list[Block] = []
        for node in nodes:
            match node.type:
                case "bullet_list" | "ordered_list":
                    items = tuple(self.blocks(item.children) for item in node.children)
                    made.append(Listing(node.type == "ordered_list", items, int(node.attrs.get("start", 1))))
                case "table":
                    rows = [self._cells(row) for part in node.children for row in part.children]
                    made.append(Table(rows[0], tuple(rows[1:])))
                case "blockquote":
                    made += self.blocks(node.children)
                case "fence" | "code_block":
                    made.append(Paragraph((Marked("code", self._lines(node.content.rstrip("\n"))),)))
                case "math_block":
                    made.append(Paragraph((Formula(node.content.strip(), alone=True),)))
                case "hr":
                    pass
                case _:
                    made.append(Paragraph(self.runs(node.children)))
        return tuple(made)

    def _cells(self, row: SyntaxTreeNode) -> tuple[tuple[Run, ...], ...]:
        return tuple(self.runs(cell.children) for cell in row.children)

    def runs(self, nodes: Sequence[SyntaxTreeNode]) -> tuple[Run, ...]:
        made: list[Run] = []
        for node in nodes:
            match node.type:
                case "inline" | "link":  # where a link leads to is not for paper
                    made += self.runs(node.children)
                case "text" | "text_special":
                    made += self._words(node.content)
                case "code_inline":
                    made.append(Marked("code", self._words(node.content)))
                case "strong":
                    made.append(Marked("strong", self.runs(node.children)))
                case "em":
                    made.append(Marked("emphasis", self.runs(node.children)))
                case "softbreak":
                    made.append(Words(" "))
                case "math_inline":
                    made.append(Formula(node.content.strip(), alone=False))
                case "math_inline_double":
                    made.append(Formula(node.content.strip(), alone=True))
                case "hardbreak":
                    made.append(Break())
                case "image":  # a picture would come from the network
                    made += self._words(node.content)
        return tuple(made)

    def _lines(self, code: str) -> tuple[Run, ...]:
        """Code with its lines, and what they are indented by."""
        made: list[Run] = []
        for line in code.split("\n"):
            bare = line.lstrip(" ")
            made += [Break()] if made else []
            made += self._words("\u00a0" * (len(line) - len(bare)) + bare) or (Words("\u00a0"),)
        return tuple(made)

    def _words(self, text: str) -> tuple[Run, ...]:
        if self._bare:
            return (Words(text),) if text else ()
        first, *others = text.split(MARK)
        made: list[Run] = [Words(first)] if first else []
        for words in others:
            latex, alone = next(self._formulas)
            made.append(Formula(latex.strip(), alone))
            if words:
                made.append(Words(words))
        return tuple(made)
