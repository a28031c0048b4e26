"""A sheet as Markdown with LaTeX in $."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from question_bank.figures.figure import Row
from question_bank.render.sheet import Item, Part, Sheet
from question_bank.text import interface

Address: TypeAlias = Callable[[Row], str]
"""Where the picture of a figure lies, as seen from the text."""


def render(sheet: Sheet, address: Address) -> str:
    """The whole sheet."""
    lines = [heading(sheet), ""]
    for item in sheet.items:
        lines += [_item(item, sheet.language, address), ""]
    return "\n".join(lines).rstrip() + "\n"


def heading(sheet: Sheet) -> str:
    """What stands above the questions: title, name, rules."""
    language = sheet.language
    title = {
        "paper": _inline(sheet.title),
        "solutions": f"{_inline(sheet.title)}: {interface('label.solutions', language)}",
        "feedback": f"{_inline(sheet.title)}: {interface('label.feedback', language)}",
        "preview": f"{_inline(sheet.title)}: {interface('label.preview', language)}",
    }[sheet.kind]
    lines = [f"# {title}"]
    if sheet.student_id:
        lines += ["", f"{interface('label.name', language)}: {_inline(sheet.name)} ({_inline(sheet.student_id)})"]
    if sheet.rules:
        lines += ["", sheet.rules]
    return "\n".join(lines)


def asked(item: Item, language: str, address: Address) -> str:
    """A question up to its answers: with its prompt and choices where it has one part, else without."""
    lines = [f"## {interface('label.question', language)} {item.number} ({item.points})", "", item.statement]
    lines += _figures(item.figures, address)
    if len(item.parts) == 1:
        lines += ["", prompt(item.parts[0])]
    return "\n".join(lines)


def prompt(part: Part) -> str:
    """What is asked in a part, with its choices."""
    head = f"**{part.label}** {part.prompt}" if part.label else part.prompt
    lines = [f"{head} ({part.points})" if part.points else head]
    if part.choices:
        lines += ["", *(f"- {letter}. {text}" for letter, text in part.choices)]
    return "\n".join(lines)


def question(item: Item, language: str) -> str:
    """One question without a sheet around it, its figures in words."""
    return _item(item, language, None).rstrip() + "\n"


def _figures(rows: Sequence[Row], address: Address | None) -> list[str]:
    """Pictures, or where they lie nowhere what they show."""
    lines = []
    for row in rows:
        lines += ["", f"![{_inline(row['alt'])}]({address(row)})" if address else f"> {row['alt']}"]
    return lines


def _item(item: Item, language: str, address: Address | None) -> str:
    lines = [f"## {interface('label.question', language)} {item.number} ({item.points})", "", item.statement]
    lines += [*_figures(item.figures, address), ""]
    for part in item.parts:
        lines += [prompt(part), ""]
    if item.steps:
        lines += [f"### {interface('label.solution', language)}", ""]
        for number, step in enumerate(item.steps, 1):
            lines.append(f"{number}. {step.caption}: {step.chain}" if step.caption else f"{number}. {step.chain}")
        lines += [*_figures(item.solution_figures, address), ""]
    for part in item.parts:
        if part.answer:
            head = f"{part.label} " if part.label else ""
            lines += [f"{head}**{interface('label.right_answer', language)}:** {part.answer}", ""]
    return "\n".join(lines).rstrip()


def _inline(text: str) -> str:
    """Outside text that must not become markup, on one line."""
    line = " ".join(text.split())
    return "".join(f"\\{character}" if character in "\\`*_{}[]<>()#!|$" else character for character in line)
