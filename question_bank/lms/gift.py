r"""GIFT: one line a question, for what it can carry.

It has no tables of numbers, no questions of several parts and no points: a part becomes a question of its
own, a row of numbers a short answer, a matrix an essay.

Source: Moodle's documentation of the GIFT format. A blank line ends a question; `\ ~ = # { } :` have a
backslash before them; a comment with `[id:...]` gives the next question its ID number.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from question_bank.lms.categories import categories
from question_bank.lms.forms import Choice, Form, Grid, Number, Open, Words, YesNo, apart
from question_bank.lms.markup import MATHJAX, directed, legal
from question_bank.lms.question import Part, Question, variant
from question_bank.text import interface

_SPECIAL = re.compile(r"([\\~=#{}:])")


def render(title: str, questions: Sequence[Question]) -> tuple[bytes, list[str]]:
    """The file, and what a person should know about it.

    Args:
        title: of the exam, and of the category above the others.
        questions: of all students.
    """
    notes: Counter[str] = Counter()
    pieces: list[str] = []
    for category in categories(title, questions):
        most = max(len(each.parts) for each in category.questions)
        for place in range(most):
            asked = [each for each in category.questions if place < len(each.parts)]
            path = category.path(_letter(place) if most > 1 else "", asked)
            pieces.append(f"$CATEGORY: {path}")
            for each in asked:
                pieces.append(_question(each, place))
                notes.update(dict.fromkeys(_notes(each, place), 1))
    told = ["GIFT carries no points: set the maximum marks in the quiz"]
    told += [note if count == 1 else f"{note} ({count} variants)" for note, count in notes.items()]
    return legal("\n\n".join(pieces) + "\n").encode(), told


def _letter(place: int) -> str:
    return "abcdefgh"[place]


def _question(each: Question, place: int) -> str:
    part = each.parts[place]
    name = f"{each.id}{_letter(place) if len(each.parts) > 1 else ''}"
    asked = MATHJAX.block(each.statement) + MATHJAX.block(part.prompt) + variant(each.code_of(place), each.language)
    solution = f"<h4>{interface('label.solution', each.language)}</h4>{MATHJAX.block(each.solution)}"
    general = f"####{_escaped(directed(solution, each.language))}"
    answers = _answers(part.form, each.language)
    head = f"// [id:{name}]\n::{_escaped(f'{each.number:02d} {name}')}::[html]"
    return f"{head}{_escaped(directed(asked, each.language))}{{{answers}{general}}}"


def _answers(form: Form, language: str) -> str:
    match form:
        case Number(right, mistakes):
            wrong = (f"=%0%{value.value}:{value.tolerance}{_said(said)}" for value, said in apart(right, mistakes))
            return f"#=%100%{right.value}:{right.tolerance}{''.join(wrong)}"
        case YesNo(right, feedback):
            return f"{'TRUE' if right else 'FALSE'}{_said(feedback)}"
        case Choice(options):
            return "".join(
                f"{'=' if option.right else '~'}{_escaped(directed(MATHJAX.line(option.text), language))}"
                f"{_said(option.feedback)}"
                for option in options
            )
        case Words(right, mistakes):
            return _words(right) + "".join(f"=%0%{_typed(value)}{_said(said)}" for value, said in mistakes)
        case Grid() if _in_a_row(form):
            return _words(form.typed)
    return ""  # an essay


def _words(texts: Sequence[str]) -> str:
    return "".join(f"=%100%{_typed(value)}" for value in texts)


def _in_a_row(grid: Grid) -> bool:
    return len(grid.tables) == len(grid.tables[0]) == 1


def _typed(value: str) -> str:
    """A short answer, in which a star stands for itself."""
    return _escaped(value.replace("*", r"\*"))


def _said(feedback: str) -> str:
    return f"#{_escaped(MATHJAX.line(feedback))}" if feedback else ""


def _escaped(content: str) -> str:
    r"""A text in which nothing is a mark of the format, on one line.

    >>> print(_escaped("a = {1}"))
    a \= \{1\}
    """
    return _SPECIAL.sub(r"\\\1", " ".join(content.split()))


def _notes(each: Question, place: int) -> Iterator[str]:
    part: Part = each.parts[place]
    several = len(each.parts) > 1
    where = f"question {each.number}{_letter(place) if several else ''} ({each.family})"
    if place == 0 and (each.figures or each.solution_figures):
        yield f"question {each.number} ({each.family}): its figures are left out, for GIFT carries no files"
    if several and place == 0:
        yield f"question {each.number} ({each.family}): each of its parts became a question of its own"
    if isinstance(part.form, Words) or (isinstance(part.form, Grid) and _in_a_row(part.form)):
        yield f"{where}: answers are compared as text; look at those that Moodle marks wrong"
    elif isinstance(part.form, Grid | Open):
        yield f"{where}: GIFT has no tables of numbers; asked as an essay, which a person marks"
