"""`exam preview`: what a blueprint will ask, before anything is drawn for anybody.

Of each slot's family, or of each in its pool, 200 variants are drawn with a key of this module's
own, and three are shown with their solutions: the one of least effort, the one in the middle, the
one of most.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path

from question_bank import registry
from question_bank.effort import effort
from question_bank.errors import SupplyError, UsageError
from question_bank.exam import aside, blueprint
from question_bank.exam.blueprint import Blueprint, Slot
from question_bank.family import Family, Variant
from question_bank.keyed import Draws
from question_bank.question import ask
from question_bank.render import html, sheet
from question_bank.render.sheet import Item, Sheet
from question_bank.text import TextTemplate, interface

LOOKED_AT = 200
_KEY = b"exam preview"


def preview(path: Path, out: Path, language: str | None = None) -> Path:
    """Write the preview of a blueprint as one HTML page.

    Args:
        path: the blueprint.
        out: the page.
        language: one of the blueprint's; its first where None.

    Raises:
        UsageError: the blueprint is broken, or has no such language.
    """
    plan = blueprint.read(path)
    language = language or plan.languages[0]
    if language not in plan.languages:
        raise UsageError(f"{path.name} has no exam in {language!r}", f"Its languages are {', '.join(plan.languages)}.")
    aside.text(out, html.render(page(plan, language, path.name)))
    return out


def page(plan: Blueprint, language: str, name: str) -> Sheet:
    """The page; `name` is what messages call the blueprint."""
    items = [
        item
        for number, slot in enumerate(plan.slots, 1)
        for family in slot.families
        for item in _items(registry.get(family), slot, number, language, name)
    ]
    return Sheet("preview", language, plan.title[language], "", "", plan.rules.get(language, ""), tuple(items), "")


def _items(family: Family, slot: Slot, number: int, language: str, name: str) -> Iterator[Item]:
    drawn = sorted(_drawn(family, slot.level), key=lambda variant: effort(variant.solved))
    if not drawn:
        raise SupplyError(f"{name}: slot {number}: {family.id} has no variant at level {slot.level}")
    shown = {"easiest": drawn[0], "median": drawn[len(drawn) // 2], "hardest": drawn[-1]}
    for which, variant in shown.items():
        draws = Draws(_KEY) if slot.choices else None
        try:
            question, key = ask(family, variant, language, choices=slot.choices, draws=draws)
            points = slot.shares([part.part for part in question.parts])
        except UsageError as error:
            raise UsageError(f"{name}: slot {number}: {error.message}", error.remedy) from None
        row = question.row(student_id="", question=str(number), slot=number, points=points)
        said = {"count": str(len(drawn)), "effort": str(effort(variant.solved))}
        which_one = TextTemplate.of(interface(f"label.{which}", language)).fill(said.__getitem__)
        title = family.texts.raw("title")[language]
        item = sheet.item(row, key.row(student_id="", question=""))
        yield replace(item, number=f"{number} · {title} · {which_one}")


def _drawn(family: Family, level: int) -> list[Variant]:
    found: list[Variant] = []
    with suppress(SupplyError):
        found.extend(islice(family.walk(level, _KEY), LOOKED_AT))
    return found
