r"""A sheet as LaTeX source, for those who have a layout of their own: XeLaTeX or LuaLaTeX read it."""

import re
from collections.abc import Callable, Iterable, Sequence

from question_bank.figures.figure import Row
from question_bank.render import blocks as text
from question_bank.render.blocks import Block, Break, Formula, Listing, Marked, Paragraph, Run, Words
from question_bank.render.sheet import Item, Part, Sheet
from question_bank.text import interface

_POLYGLOSSIA = {"en": "english", "he": "hebrew", "ru": "russian", "da": "danish"}
_ESCAPES = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "`": r"\textasciigrave{}", '"': r"\textquotedbl{}", "|": r"\textbar{}",
}  # fmt: skip
_SPECIAL = re.compile("[" + re.escape("".join(_ESCAPES)) + "]")
_NARROW = 4
_DEEPEST = 4  # LaTeX has no lists within lists beyond
_MARKS = {"strong": r"\textbf", "emphasis": r"\emph", "code": r"\texttt"}
_FONTS = (
    r"\IfFontExistsTF{Libertinus Serif}{\setmainfont{Libertinus Serif}}"
    r"{\IfFontExistsTF{FreeSerif}{\setmainfont{FreeSerif}}{\setmainfont{DejaVu Serif}}}"
)
_ANSWER = r"\par\vspace{22mm}\noindent\framebox[\linewidth][l]{\rule[-3mm]{0pt}{9mm}\small %s:}"


def render(sheet: Sheet, address: Callable[[Row], str]) -> str:
    """The whole sheet, a document by itself.

    Args:
        sheet: what is on it.
        address: where the PDF of a figure lies, as seen from the document.
    """
    return "\n".join(_Writer(sheet.language, address).document(sheet)) + "\n"


def escaped(words: str) -> str:
    r"""Outside text, which must not become a command.

    >>> print(escaped("100% of $x_1$ \\input"))
    100\% of \$x\_1\$ \textbackslash{}input
    """
    return _SPECIAL.sub(lambda match: _ESCAPES[match[0]], _seen(words))


def _seen(words: str) -> str:
    """One line of characters that can be seen: a blank line would end a paragraph, and more."""
    return "".join(character if character.isprintable() else " " for character in words)


def _columns(count: int) -> tuple[str, str]:
    """The environment of a table and its columns, which are broken into lines where there are many."""
    if count <= _NARROW:
        return "tabular", f"{{{'|c' * count}|}}"
    column = r"|>{\centering\arraybackslash}X"
    return "tabularx", rf"{{\linewidth}}{{{column * count}|}}"


class _Writer:
    def __init__(self, language: str, address: Callable[[Row], str]) -> None:
        self._language = language
        self._address = address

    def _word(self, name: str) -> str:
        return escaped(str(interface(name, self._language)))

    def document(self, sheet: Sheet) -> Iterable[str]:
        title = escaped(sheet.title)
        if sheet.kind != "paper":
            title += f": {self._word(f'label.{sheet.kind}')}"
        yield r"\documentclass[11pt,a4paper]{article}"
        yield r"\usepackage[margin=20mm]{geometry}"
        yield r"\usepackage{amsmath,fontspec,graphicx,polyglossia,tabularx}"
        yield "% a font with the letters of the language; put your own first"
        yield _FONTS
        yield rf"\setdefaultlanguage{{{_POLYGLOSSIA[self._language]}}}"
        if self._language != "en":
            yield r"\setotherlanguage{english}"
        yield r"\setlength{\parindent}{0pt}\setlength{\parskip}{6pt}"
        yield r"\begin{document}"
        yield rf"\section*{{{title}}}"
        if sheet.student_id:
            yield f"{self._word('label.name')}: {escaped(sheet.name)} ({escaped(sheet.student_id)})"
            yield ""
        yield from self._blocks(text.blocks(sheet.rules))
        for item in sheet.items:
            yield from self._item(item, answers=sheet.kind == "paper")
        yield r"\end{document}"

    def _item(self, item: Item, *, answers: bool) -> Iterable[str]:
        heading = f"{self._word('label.question')} {escaped(item.number)}"
        yield rf"\subsection*{{{heading}\hfill{{\normalfont\small {escaped(item.points)}}}}}"
        yield from self._blocks(text.blocks(item.statement))
        yield from self._figures(item.figures)
        for part in item.parts:
            yield from self._part(part, answers=answers)
        if item.steps:
            yield rf"\subsubsection*{{{self._word('label.solution')}}}"
            yield r"\begin{enumerate}"
            for step in item.steps:
                caption = f"{self._line(step.caption)}: " if step.caption else ""
                yield rf"\item {caption}{self._line(step.chain)}"
            yield r"\end{enumerate}"
            yield from self._figures(item.solution_figures)

    def _figures(self, rows: Sequence[Row]) -> Iterable[str]:
        for row in rows:
            yield f"% {_seen(row['alt'])}"
            yield rf"\begin{{center}}\includegraphics{{{self._address(row)}}}\end{{center}}"

    def _part(self, part: Part, *, answers: bool) -> Iterable[str]:
        label = rf"\textbf{{{escaped(part.label)}}} " if part.label else ""
        points = rf" {{\small ({escaped(part.points)})}}" if part.points else ""
        yield f"{label}{self._line(part.prompt)}{points}"
        yield ""
        if part.choices:
            yield r"\begin{itemize}"
            for letter, choice in part.choices:
                yield rf"\item[{{{escaped(letter)}}}] {self._line(choice)}"
            yield r"\end{itemize}"
        elif answers:
            yield _ANSWER % self._word("label.answer")
            yield ""
        if part.answer:
            yield rf"\textbf{{{self._word('label.right_answer')}:}} {self._line(part.answer)}"
            yield ""

    def _line(self, markdown: str) -> str:
        return self._runs(text.line(markdown))

    def _blocks(self, blocks: Sequence[Block], depth: int = 0) -> Iterable[str]:
        for block in blocks:
            match block:
                case Paragraph(runs):
                    yield self._runs(runs)
                case Listing(numbered, items, start) if depth == _DEEPEST:
                    for number, item in enumerate(items, start):
                        yield rf"\par {number}. " if numbered else r"\par \textbullet{} "
                        yield from self._blocks(item, depth)
                case Listing(numbered, items, start):
                    environment = "enumerate" if numbered else "itemize"
                    yield rf"\begin{{{environment}}}"
                    for number, item in enumerate(items, start):
                        # what follows might begin with a bracket, which \item would take for a label
                        yield rf"\item[{number}.]\relax" if numbered else r"\item\relax"
                        yield from self._blocks(item, depth + 1)
                    yield rf"\end{{{environment}}}"
                case text.Table(header, rows):
                    yield r"\begin{center}"
                    environment, columns = _columns(len(header))
                    yield rf"\begin{{{environment}}}{columns}\hline"
                    for row in (header, *rows):
                        yield rf"{' & '.join(map(self._runs, row))} \\ \hline"
                    yield rf"\end{{{environment}}}"
                    yield r"\end{center}"
            yield ""

    def _runs(self, runs: Sequence[Run]) -> str:
        return "".join(map(self._run, runs))

    def _run(self, run: Run) -> str:
        match run:
            case Words(words):
                return escaped(words)
            case Formula(latex, alone):
                return rf"\[{latex}\]" if alone else f"${latex}$"
            case Marked(mark, inner):
                return f"{_MARKS[mark]}{{{self._runs(inner)}}}"
            case Break():
                return r"\newline "
