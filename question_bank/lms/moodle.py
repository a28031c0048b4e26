r"""Moodle XML: a category for each question of the paper, and in it the variant of each student.

A quiz that draws a random question from each category gives everybody numbers of their own.

Source: Moodle's documentation of its XML format and of embedded answers (Cloze). A cloze question counts
the sum of the integer weights of its fields, whatever its default grade says; a `*` in a short answer
stands for any text unless a backslash is before it.
"""

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import gcd, lcm

from question_bank.errors import UsageError
from question_bank.figures.figure import Row
from question_bank.lms.categories import categories
from question_bank.lms.forms import Choice, Decimal, Form, Grid, Number, Open, Words, YesNo, apart
from question_bank.lms.markup import MATHJAX, directed, legal, text
from question_bank.lms.question import Part, Question, variant
from question_bank.points import in_file
from question_bank.render.figures import picture
from question_bank.render.maths.plain import plain_text
from question_bank.text import interface

_FIELD = re.compile(r"\{(?=[0-9]*:[A-Z_]+:)")
_MARKS = str.maketrans({"{": "(", "}": ")", "~": "∼", "#": "♯", "\\": "∖", "\n": " "})
"""What would end a field of a cloze question before its time."""


def render(title: str, questions: Sequence[Question]) -> tuple[bytes, list[str]]:
    """The file, and what a person should know about it.

    Args:
        title: of the exam, and of the category above the others.
        questions: of all students.

    Raises:
        UsageError: a question cannot be asked in Moodle.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    notes: Counter[str] = Counter()
    for category in categories(title, questions):
        lines.append(_category(category.path()))
        for each in category.questions:
            lines.append(_question(each))
            notes.update(dict.fromkeys(_notes(each), 1))
    lines.append("</quiz>")
    told = [note if count == 1 else f"{note} ({count} variants)" for note, count in notes.items()]
    return legal("\n".join(lines) + "\n").encode(), told


def _category(path: str) -> str:
    return (
        f'<question type="category"><category><text>{text(path)}</text></category>'
        '<info format="html"><text></text></info></question>'
    )


def _question(each: Question) -> str:
    [first, *others] = each.parts
    if others or isinstance(first.form, Grid):
        return _wrapped(each, "cloze", _cloze(each), "")
    asked = f"{MATHJAX.block(each.statement)}{_images(each.figures)}{MATHJAX.block(first.prompt)}"
    asked += variant(each.code, each.language)
    kind, answers = _answers(first.form, each.language)
    return _wrapped(each, kind, directed(asked, each.language), answers)


def _wrapped(each: Question, kind: str, asked: str, answers: str) -> str:
    solution = f"<text>{text(_solution(each))}</text>{_files(each, each.solution_figures)}"
    grade = "" if kind == "cloze" else f"<defaultgrade>{in_file(each.points)}</defaultgrade>"
    return (
        f'<question type="{kind}"><name><text>{text(f"{each.number:02d} {each.id}")}</text></name>'
        f'<questiontext format="html"><text>{text(asked)}</text>{_files(each, each.figures)}</questiontext>'
        f'<generalfeedback format="html">{solution}</generalfeedback>'
        f"{grade}<penalty>0</penalty><hidden>0</hidden><idnumber>{text(each.id)}</idnumber>{answers}</question>"
    )


def _solution(each: Question) -> str:
    head = f"<h4>{text(_word('label.solution', each))}</h4>"
    return directed(f"{head}{MATHJAX.block(each.solution)}{_images(each.solution_figures)}", each.language)


def _images(figures: Sequence[Row]) -> str:
    """Figures within a text, by the names of the files beside it."""
    return "".join(
        f'<p><img src="@@PLUGINFILE@@/{number}.svg" alt="{text(row["alt"])}"></p>'
        for number, row in enumerate(figures, 1)
    )


def _files(each: Question, figures: Sequence[Row]) -> str:
    """The files of figures, which follow the text that shows them."""
    return "".join(
        f'<file name="{number}.svg" path="/" encoding="base64">'
        f"{b64encode(picture(row, each.language).svg.encode()).decode()}</file>"
        for number, row in enumerate(figures, 1)
    )


# --- a question with one answer ---


def _answers(form: Form, language: str) -> tuple[str, str]:
    """The type of a question with this answer, and the elements that hold it."""
    match form:
        case Number(right, mistakes):
            rows = [_number(100, right, ""), *(_number(0, value, said) for value, said in apart(right, mistakes))]
            return "numerical", "".join(rows)
        case YesNo(right, feedback):
            rows = [_answer(100 * (value is right), name, "" if value is right else feedback)
                    for value, name in ((True, "true"), (False, "false"))]  # fmt: skip
            return "truefalse", "".join(rows)
        case Choice(options):
            rows = [
                _answer(100 * option.right, directed(MATHJAX.line(option.text), language), option.feedback, html=True)
                for option in options
            ]
            how = "<single>true</single><shuffleanswers>false</shuffleanswers><answernumbering>ABCD</answernumbering>"
            return "multichoice", how + "".join(rows)
        case Words(right, mistakes):
            rows = [_answer(100, _typed(value), "") for value in right]
            rows += [_answer(0, _typed(value), said) for value, said in mistakes]
            return "shortanswer", "<usecase>0</usecase>" + "".join(rows)
        case Open(right):
            info = f'<graderinfo format="html"><text>{text(MATHJAX.line(right))}</text></graderinfo>'
            return "essay", f"<responseformat>editor</responseformat>{info}"
    raise TypeError(type(form).__name__)  # pragma: no cover - a table is a cloze question


def _answer(fraction: int, value: str, feedback: str, more: str = "", *, html: bool = False) -> str:
    how = "html" if html else "moodle_auto_format"
    said = f'<feedback format="html"><text>{text(MATHJAX.line(feedback)) if feedback else ""}</text></feedback>'
    return f'<answer fraction="{fraction}" format="{how}"><text>{text(value)}</text>{said}{more}</answer>'


def _number(fraction: int, number: Decimal, feedback: str) -> str:
    return _answer(fraction, number.value, feedback, f"<tolerance>{number.tolerance}</tolerance>")


def _typed(value: str) -> str:
    return value.replace("*", r"\*")


# --- several answers, or tables of numbers: embedded in the text ---


def _cloze(each: Question) -> str:
    weights = _weights(each)
    pieces = [_outside(MATHJAX.block(each.statement)), _outside(_images(each.figures))]
    for part, weight in zip(each.parts, weights, strict=True):
        label = f"<strong>{text(part.label)}</strong> " if part.label else ""
        pieces.append(f"<p>{_outside(label + MATHJAX.line(part.prompt))}</p>{_field(each, part, weight)}")
    return directed("".join(pieces) + variant(each.code, each.language), each.language)


def _outside(html: str) -> str:
    """HTML in which nothing is taken for a field."""
    return _FIELD.sub("&#123;", html)


def _field(each: Question, part: Part, weight: int) -> str:
    match part.form:
        case Number(right, mistakes):
            wrong = "".join(
                f"~%0%{value.value}:{value.tolerance}{_said(said)}" for value, said in apart(right, mistakes)
            )
            return f"<p>{{{weight}:NUMERICAL:={right.value}:{right.tolerance}{wrong}}}</p>"
        case YesNo(right, feedback):
            words = [(value is right, _word(f"value.{name}", each)) for value, name in ((True, "yes"), (False, "no"))]
            listed = _listed((good, word, "" if good else feedback) for good, word in words)
            return f"<p>{{{weight}:MULTICHOICE:{listed}}}</p>"
        case Choice(options):
            listed = _listed((option.right, option.text, option.feedback) for option in options)
            return f"<p>{{{weight}:MULTICHOICE_V:{listed}}}</p>"
        case Words(right, mistakes):
            typed = [f"={_typed(_inside(value))}" for value in right]
            typed += [f"{_typed(_inside(value))}{_said(said)}" for value, said in mistakes]
            return f"<p>{{{weight}:SHORTANSWER:{'~'.join(typed)}}}</p>"
        case Grid(tables, _, _):
            return "".join(_table(table, weight) for table in tables)
    raise UsageError(
        f"question {each.id} ({each.family}): one of several parts needs a text that a person marks,"
        " which Moodle cannot ask beside others",
        "Ask the part in a slot of its own, or export another format.",
    )


def _table(table: Sequence[Sequence[Decimal]], weight: int) -> str:
    rows = ("".join(f"<td>{{{weight}:NUMERICAL:={cell.value}:{cell.tolerance}}}</td>" for cell in row) for row in table)
    return f'<table dir="ltr">{"".join(f"<tr>{row}</tr>" for row in rows)}</table>'


def _listed(answers: Iterable[tuple[bool, str, str]]) -> str:
    return "~".join(f"{'=' if good else ''}{_inside(value)}{_said(said)}" for good, value, said in answers)


def _said(feedback: str) -> str:
    return f"#{_inside(feedback)}" if feedback else ""


def _inside(markdown: str) -> str:
    return text(inside(markdown))


def inside(markdown: str) -> str:
    """A text within a field: plain, for a field ends at the first brace."""
    return plain_text(markdown).translate(_MARKS)


def _weights(each: Question) -> list[int]:
    """The weight of each part's fields: integers in the ratio of their points, as small as can be."""
    shares = [part.points / (part.form.cells if isinstance(part.form, Grid) else 1) for part in each.parts]
    scale = lcm(*(share.denominator for share in shares))
    whole = [int(share * scale) for share in shares]
    common = gcd(*whole) or 1
    least = [weight // common for weight in whole]
    times = each.points / (_counted(each, least) or 1)
    return [weight * times.numerator for weight in least] if times.denominator == 1 else least


def _counted(each: Question, weights: Iterable[int]) -> int:
    """What Moodle counts for a cloze question."""
    fields = (part.form.cells if isinstance(part.form, Grid) else 1 for part in each.parts)
    return sum(weight * count for weight, count in zip(weights, fields, strict=True))


# --- what a person should know ---


def _notes(each: Question) -> Iterator[str]:
    where = f"question {each.number} ({each.family})"
    if len(each.parts) > 1 or isinstance(each.parts[0].form, Grid):
        counted = _counted(each, _weights(each))
        if counted != each.points:
            yield (
                f"{where}: Moodle counts whole marks for each field, other than its points;"
                f" set its maximum mark to {in_file(each.points)}"
            )
    if each.together:
        yield f"{where}: on paper other questions have the same numbers; drawn at random they have others"
    for form in (part.form for part in each.parts):
        if isinstance(form, Words):
            yield f"{where}: answers are compared as text; look at those that Moodle marks wrong"
        if isinstance(form, Open):
            yield f"{where}: asked as an essay, which a person marks"


def _word(name: str, each: Question) -> str:
    return str(interface(name, each.language))
