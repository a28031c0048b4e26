"""A single question for `bank show`: as text for a terminal, Markdown, an HTML page or JSON."""

from fractions import Fraction

from question_bank import strict_json
from question_bank.question import Key, Question
from question_bank.registry import texts
from question_bank.render import markdown, sheet
from question_bank.render.maths.plain import plain_text
from question_bank.render.sheet import Sheet


def render(question: Question, key: Key | None, style: str) -> str:
    """The question, with its solution where a key is given.

    Args:
        question: what is asked.
        key: its key, or None for the question alone.
        style: "text", "markdown", "html" or "json".
    """
    points = {part.part: Fraction(1) for part in question.parts}
    row = question.row(student_id="", question="1", slot=1, points=points)
    key_row = key.row(student_id="", question="1") if key else None
    if style == "json":
        return strict_json.line({**(key_row or {}), **row}) + "\n"
    item = sheet.item(row, key_row)
    if style == "html":
        from question_bank.render import html  # needed by this style alone

        title = str(texts(question.family).raw("title")[question.language])
        kind = "solutions" if key else "paper"
        return html.render(Sheet(kind, question.language, title, "", "", "", (item,), ""))
    text = markdown.question(item, question.language)
    return text if style == "markdown" else plain_text(text)
