"""QTI 1.2 as Canvas and its New Quizzes read it: a group for each question, from which one variant is drawn.

A part is a question of its own, for Canvas asks for numbers one at a time; tables of numbers become blanks,
which it compares as text.

Source: the IMS QTI 1.2 specification, and the question types and `equation_image` tags of Canvas's own
exports. Canvas ignores what it does not know, so nothing here relies on the order of its fields.
"""

import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from urllib.parse import quote

from question_bank.figures.figure import Row
from question_bank.lms.forms import Choice, Decimal, Form, Grid, Number, Open, Words, YesNo
from question_bank.lms.markup import Markup, directed, legal, text
from question_bank.lms.question import Part, Question, variant
from question_bank.points import in_file
from question_bank.render.figures import picture
from question_bank.text import interface

_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip can say
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


@lru_cache(maxsize=1 << 16)
def _equation(latex: str, *, alone: bool) -> str:
    """A formula as Canvas stores one that was written in its editor: quoted twice in the address."""
    source = quote(latex, safe="").replace("%", "%25")
    shown = text(latex)
    image = (
        f'<img class="equation_image" title="{shown}" alt="LaTeX: {shown}"'
        f' data-equation-content="{shown}" src="/equation_images/{source}">'
    )
    return f"<p>{image}</p>" if alone else image


_CANVAS = Markup(lambda latex, alone: _equation(latex, alone=alone))


def render(title: str, questions: Sequence[Question]) -> tuple[bytes, list[str]]:
    """The zip, and what a person should know about it.

    Args:
        title: of the exam, and of the quiz.
        questions: of all students.
    """
    notes: Counter[str] = Counter()
    figures: dict[str, str] = {}  # what lies in the zip beside the questions, by name
    sections = []
    for number in sorted({each.number for each in questions}):
        own = [each for each in questions if each.number == number]
        for place in range(max(len(each.parts) for each in own)):
            asked = [each for each in own if place < len(each.parts)]
            sections.append(_section(number, place, asked, figures))
            for each in asked:
                notes.update(dict.fromkeys(_notes(each, place), 1))
    ident = f"quiz_{sha256(title.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
    quiz = (
        f'{_HEAD}<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2">'
        f'<assessment ident="{ident}" title="{text(_line(title))}">'
        f'<section ident="root_section">\n{"".join(sections)}</section></assessment></questestinterop>\n'
    )
    manifest = (
        f'{_HEAD}<manifest identifier="manifest_{ident}" xmlns="http://www.imsglobal.org/xsd/imscp_v1p1">'
        "<metadata><schema>IMS Content</schema><schemaversion>1.1.3</schemaversion></metadata><organizations/>"
        f'<resources><resource identifier="{ident}" type="imsqti_xmlv1p2" href="{ident}/{ident}.xml">'
        f'<file href="{ident}/{ident}.xml"/></resource>{"".join(map(_webcontent, figures))}</resources></manifest>\n'
    )
    files = {"imsmanifest.xml": manifest, f"{ident}/{ident}.xml": quiz, **figures}
    languages = sorted({each.language for each in questions})
    if len(languages) > 1:
        notes[
            f"its variants are in {', '.join(languages)}, and a group draws from all: export each language by itself"
            " with --students"
        ] = 1
    told = [note if count == 1 else f"{note} ({count} variants)" for note, count in notes.items()]
    return _zipped({name: legal(content).encode("utf-8", "replace") for name, content in files.items()}), told


def _zipped(files: dict[str, bytes]) -> bytes:
    """A zip that is the same bytes on every machine; stored, for what deflate makes depends on who deflates."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def _webcontent(path: str) -> str:
    name = path.removeprefix("figures/").removesuffix(".svg")
    return f'<resource identifier="figure_{name}" type="webcontent" href="{path}"><file href="{path}"/></resource>'


def _images(each: Question, rows: Sequence[Row], figures: dict[str, str]) -> str:
    """Figures within a text, as Canvas finds them in the zip; the same picture lies there once."""
    html = []
    for row in rows:
        shown = picture(row, each.language)
        path = f"figures/{shown.name}.svg"
        figures[path] = shown.svg
        html.append(f'<p><img src="%24IMS-CC-FILEBASE%24/{path}" alt="{text(shown.alt)}"></p>')
    return "".join(html)


def _section(number: int, place: int, questions: Sequence[Question], figures: dict[str, str]) -> str:
    name = f"{number:02d}{_letter(place) if any(len(each.parts) > 1 for each in questions) else ''}"
    points = in_file(questions[0].parts[place].points)
    return (
        f'<section ident="group_{name}" title="{name} {text(", ".join(sorted({each.family for each in questions})))}">'
        "<selection_ordering><selection><selection_number>1</selection_number><selection_extension>"
        f"<points_per_item>{points}</points_per_item></selection_extension></selection></selection_ordering>\n"
        f"{''.join(_item(each, place, figures) for each in questions)}</section>\n"
    )


def _letter(place: int) -> str:
    return "abcdefgh"[place]


def _item(each: Question, place: int, figures: dict[str, str]) -> str:
    part = each.parts[place]
    name = f"{each.id}{_letter(place) if len(each.parts) > 1 else ''}"
    asked = _CANVAS.block(each.statement) + _images(each, each.figures, figures) + _CANVAS.block(part.prompt)
    kind, more, response, scored, said = _answered(part.form, each.language)
    more += variant(each.code_of(place), each.language)
    solution = f"<h4>{text(interface('label.solution', each.language))}</h4>{_CANVAS.block(each.solution)}"
    solution += _images(each, each.solution_figures, figures)
    feedback = _feedback("general_fb", directed(solution, each.language)) + "".join(
        _feedback(ident, directed(_CANVAS.line(words), each.language)) for ident, words in said
    )
    return (
        f'<item ident="q_{sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:24]}" title="{text(_line(name))}">'
        "<itemmetadata><qtimetadata>"
        f"{_field('question_type', kind)}{_field('points_possible', str(in_file(part.points)))}"
        "</qtimetadata></itemmetadata>"
        f"<presentation>{_material(directed(asked + more, each.language))}{response}</presentation>"
        '<resprocessing><outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>'
        f"{_condition('<other/>', _shows('general_fb'), go_on=True)}{scored}</resprocessing>{feedback}</item>\n"
    )


_Answered = tuple[str, str, str, str, list[tuple[str, str]]]


def _answered(form: Form, language: str) -> _Answered:
    """Type, what follows the text, the response, the conditions, and what is said to whom by its ident."""
    match form:
        case Number(right, _):
            return "numerical_question", "", _typed_in("Decimal"), _condition(_near(right), _SCORED), []
        case YesNo(right, feedback):
            words = ((name, str(interface(f"value.{name}", language))) for name in ("yes", "no"))
            options = [(name, word, (name == "yes") is right, feedback) for name, word in words]
            return "true_false_question", "", *_chosen(options)
        case Choice(options):
            rows = [  # the letter tells in Canvas's reports which one was chosen, for these show no formulas
                (letter, f"{letter}. {_CANVAS.line(option.text)}", option.right, option.feedback)
                for letter, option in zip("ABCDEFGH", options, strict=False)
            ]
            return "multiple_choice_question", "", *_chosen(rows)
        case Words(right, _):
            accepted = "".join(f'<varequal respident="response1">{text(value)}</varequal>' for value in right)
            return "short_answer_question", "", _typed_in("String"), _condition(accepted, _SCORED), []
        case Grid(tables, _, _):
            return "fill_in_multiple_blanks_question", *_blanks(tables)
        case Open():
            return "essay_question", "", _typed_in("String"), _condition("<other/>", ""), []


_SCORED = '<setvar action="Set" varname="SCORE">100</setvar>'


def _chosen(rows: Iterable[tuple[str, str, bool, str]]) -> tuple[str, str, list[tuple[str, str]]]:
    rows = list(rows)
    labels = "".join(
        f'<response_label ident="{ident}">{_material(html)}</response_label>' for ident, html, _, _ in rows
    )
    response = (
        f'<response_lid ident="response1" rcardinality="Single"><render_choice>{labels}</render_choice></response_lid>'
    )
    said = [(f"{ident}_fb", words) for ident, _, right, words in rows if words and not right]
    conditions = [_condition(_equal(fb.removesuffix("_fb")), _shows(fb), go_on=True) for fb, _ in said]
    conditions += [_condition(_equal(ident), _SCORED) for ident, _, right, _ in rows if right]
    return response, "".join(conditions), said


def _blanks(
    tables: Sequence[Sequence[Sequence[Decimal]]],
) -> tuple[str, str, str, list[tuple[str, str]]]:
    """Tables of blanks, which Canvas finds in the text by their names in brackets."""
    html, responses, conditions = [], [], []
    share = f"{100 / sum(len(row) for table in tables for row in table):.6f}"
    for number, table in enumerate(tables, 1):
        rows = []
        for line, row in enumerate(table, 1):
            cells = []
            for column, cell in enumerate(row, 1):
                name = f"t{number}r{line}c{column}"
                cells.append(f"<td>[{name}]</td>")
                label = f'<response_label ident="{name}_1">{_material(cell.value, "plain")}</response_label>'
                responses.append(
                    f'<response_lid ident="response_{name}">{_material(name, "plain")}'
                    f"<render_choice>{label}</render_choice></response_lid>"
                )
                scored = f'<setvar action="Add" varname="SCORE">{share}</setvar>'
                conditions.append(_condition(_equal(f"{name}_1", f"response_{name}"), scored, go_on=True))
            rows.append(f"<tr>{''.join(cells)}</tr>")
        html.append(f'<table dir="ltr">{"".join(rows)}</table>')
    return "".join(html), "".join(responses), "".join(conditions), []


def _typed_in(kind: str) -> str:
    return (
        f'<response_str ident="response1" rcardinality="Single"><render_fib fibtype="{kind}">'
        '<response_label ident="answer1"/></render_fib></response_str>'
    )


def _near(number: Decimal) -> str:
    """The number, and those as far from it as may be."""
    value, width = float(number.value), float(number.tolerance)
    exact = number.value if not width else ""
    least, most = (exact or repr(value - width), exact or repr(value + width))
    return (
        f"<or>{_equal(number.value)}<and>"
        f'<vargte respident="response1">{least}</vargte><varlte respident="response1">{most}</varlte></and></or>'
    )


def _equal(value: str, response: str = "response1") -> str:
    return f'<varequal respident="{response}">{text(value)}</varequal>'


def _condition(when: str, then: str, *, go_on: bool = False) -> str:
    how = "Yes" if go_on else "No"
    return f'<respcondition continue="{how}"><conditionvar>{when}</conditionvar>{then}</respcondition>'


def _shows(ident: str) -> str:
    return f'<displayfeedback feedbacktype="Response" linkrefid="{ident}"/>'


def _feedback(ident: str, html: str) -> str:
    return f'<itemfeedback ident="{ident}"><flow_mat>{_material(html)}</flow_mat></itemfeedback>'


def _material(content: str, kind: str = "html") -> str:
    return f'<material><mattext texttype="text/{kind}">{text(content)}</mattext></material>'


def _field(label: str, entry: str) -> str:
    return f"<qtimetadatafield><fieldlabel>{label}</fieldlabel><fieldentry>{entry}</fieldentry></qtimetadatafield>"


def _line(name: str) -> str:
    return " ".join(name.split())


def _notes(each: Question, place: int) -> Iterator[str]:
    part: Part = each.parts[place]
    several = len(each.parts) > 1
    where = f"question {each.number}{_letter(place) if several else ''} ({each.family})"
    if place == 0 and (several or each.together):
        yield f"question {each.number} ({each.family}): its parts, and others of its group, are drawn apart in Canvas"
    if isinstance(part.form, Words | Grid):
        yield f"{where}: answers are compared as text; look at those that Canvas marks wrong"
    if isinstance(part.form, Open):
        yield f"{where}: asked as an essay, which a person marks"
