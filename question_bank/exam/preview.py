"""`exam preview`: what a blueprint will ask, before anything is drawn for anybody.

Of each slot's family, of each in its pool, or of its group, 200 variants are drawn with a key of this
module's own, and three are shown with their solutions: the one of least effort, the one in the middle,
the one of most. What a slot asks of everybody alike is shown once.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from question_bank import registry
from question_bank.errors import Refused, SupplyError, UsageError
from question_bank.exam import aside, blueprint
from question_bank.exam.blueprint import Blueprint, Slot
from question_bank.exam.sitting import Sitting
from question_bank.exam.supply import Group, Supply, Walk, alternatives, asking, efforts
from question_bank.family import Family
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
        for one in _shown(slot, f"{name}: slot {number}")
        for item in _items(one, slot, number, language, f"{name}: slot {number}")
    ]
    return Sheet("preview", language, plan.title[language], "", "", plan.rules.get(language, ""), tuple(items), "")


@dataclass(frozen=True, slots=True)
class _Shown:
    """An instance to show: `which` names the label that says why, of how many it was taken."""

    families: Sequence[Family]
    group: Group
    which: str
    count: int


def _shown(slot: Slot, where: str) -> Iterator[_Shown]:
    """What is shown of a slot."""
    if slot.givens:
        try:
            yield _Shown(asking(slot, slot.families), Supply(_KEY, Sitting()).fixed(slot), "fixed", 1)
        except Refused as error:
            raise UsageError(f"{where}: given: {error.message}", "Correct the given.") from None
        return
    for alternative in alternatives(slot):
        families = tuple(map(registry.get, alternative))
        drawn: list[Group] = []
        with suppress(SupplyError):
            drawn.extend(islice(Walk(families, slot.level, _KEY, ()).groups(), LOOKED_AT))
        if not drawn:
            raise SupplyError(f"{where}: {' and '.join(alternative)} have no variant at level {slot.level}")
        drawn.sort(key=efforts)
        for which, group in (("easiest", drawn[0]), ("median", drawn[len(drawn) // 2]), ("hardest", drawn[-1])):
            yield _Shown(families, group, which, len(drawn))


def _items(one: _Shown, slot: Slot, number: int, language: str, where: str) -> Iterator[Item]:
    said = {"count": str(one.count), "effort": str(efforts(one.group))}
    which = TextTemplate.of(interface(f"label.{one.which}", language)).fill(said.__getitem__)
    for place, (family, posed) in enumerate(zip(one.families, one.group, strict=True)):
        draws = Draws(_KEY) if slot.choices else None
        try:
            question, key = ask(family, posed, language, choices=slot.choices, draws=draws)
            points = slot.shares([part.part for part in question.parts], place)
        except UsageError as error:
            raise UsageError(f"{where}: {error.message}", error.remedy) from None
        row = question.row(student_id="", question=str(number), slot=number, points=points)
        title = family.texts.raw("title")[language]
        item = sheet.item(row, key.row(student_id="", question=""))
        yield replace(item, number=f"{number} · {title} · {which}")
