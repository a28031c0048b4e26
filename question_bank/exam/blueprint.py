"""The blueprint: what an exam asks, slot by slot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from question_bank import registry
from question_bank.errors import UsageError
from question_bank.exam import strict_toml
from question_bank.exam.strict_toml import Language, Strict, Text
from question_bank.points import DECIMALS

FEWEST_CHOICES, MOST_CHOICES = 3, 8
NOT_YET = frozenset({"together", "steps"})

Points = Annotated[int | Decimal, Field(gt=0, le=10_000)]


class _SlotModel(Strict):
    family: str | None = None
    pool: Annotated[list[str], Field(max_length=50)] | None = None
    level: int = 1
    count: Annotated[int, Field(ge=1, le=100)] = 1
    points: Points | dict[str, Points] = 1
    follow_through: Annotated[int | Decimal, Field(ge=0, le=1)] = 1
    effort_spread: Annotated[int | Decimal, Field(ge=0, le=2)] | None = None
    choices: int = 0
    repeat: bool = False


class _BlueprintModel(Strict):
    title: Text | dict[Language, Text]
    languages: Annotated[list[Language], Field(min_length=1)]
    rules: Text | dict[Language, Text] | None = None
    slot: Annotated[list[_SlotModel], Field(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True)
class Slot:
    """One line of the exam: `count` questions of a family at a level.

    `families` holds several where the slot is a pool: each student gets one of them by key.
    `points` belong to one question: a number is shared equally over its parts. `follow_through` is
    the share of a part's points for a value that follows from the student's own earlier one;
    `effort_spread` the largest spread of predicted effort between students, relative to its middle.
    """

    families: tuple[str, ...]
    level: int = 1
    count: int = 1
    points: Fraction | Mapping[str, Fraction] = Fraction(1)
    choices: int = 0
    repeat: bool = False
    follow_through: Fraction = Fraction(1)
    effort_spread: Fraction | None = None

    def shares(self, parts: Sequence[str]) -> dict[str, Fraction]:
        """The points of each part of one of its questions.

        Raises:
            UsageError: the table of points does not fit the parts.
        """
        if not isinstance(self.points, Mapping):
            return dict.fromkeys(parts, Fraction(self.points, len(parts)))
        if set(self.points) != set(parts):
            raise UsageError(
                f"the points name the parts {', '.join(self.points)}; a question of {' or '.join(self.families)} at"
                f" level {self.level} asks {', '.join(parts)}",
                "Name exactly the parts that are asked, or give one number to share.",
            )
        return {part: self.points[part] for part in parts}


@dataclass(frozen=True, slots=True)
class Blueprint:
    """An exam before anyone sits it."""

    title: Mapping[str, str]
    languages: tuple[str, ...]
    rules: Mapping[str, str]
    slots: tuple[Slot, ...]

    def row(self) -> dict[str, Any]:
        """The blueprint as the manifest keeps it."""
        return {
            "title": dict(self.title),
            "languages": list(self.languages),
            "rules": dict(self.rules),
            "slots": [
                {
                    **({"pool": list(slot.families)} if len(slot.families) > 1 else {"family": slot.families[0]}),
                    "level": slot.level,
                    "count": slot.count,
                    "points": {part: str(points) for part, points in slot.points.items()}
                    if isinstance(slot.points, Mapping)
                    else str(slot.points),
                    "follow_through": str(slot.follow_through),
                    "effort_spread": None if slot.effort_spread is None else str(slot.effort_spread),
                    "choices": slot.choices,
                    "repeat": slot.repeat,
                }
                for slot in self.slots
            ],
        }


def read(path: Path) -> Blueprint:
    """Read a blueprint.

    Raises:
        UsageError: it is missing, no TOML, or says something that cannot be; the message names
            the slot and the key.
    """
    tree = strict_toml.read(path, "a blueprint")
    _refuse_what_is_to_come(tree, path.name)
    model = strict_toml.validated(_BlueprintModel, tree, path.name, "slot")
    languages = tuple(dict.fromkeys(model.languages))
    return Blueprint(
        title=strict_toml.per_language(model.title, languages, path.name, "title"),
        languages=languages,
        rules=strict_toml.per_language(model.rules, languages, path.name, "rules") if model.rules else {},
        slots=tuple(_slot(slot, number, path.name) for number, slot in enumerate(model.slot, 1)),
    )


def _refuse_what_is_to_come(tree: Mapping[str, Any], name: str) -> None:
    slots = tree.get("slot", [])
    for number, slot in enumerate(slots if isinstance(slots, list) else [], 1):
        for key in slot if isinstance(slot, dict) else ():
            if key in NOT_YET:
                raise UsageError(f"{name}: slot {number}: the key {key!r} is not supported yet", "Remove it.")


def _slot(model: _SlotModel, number: int, name: str) -> Slot:
    where = f"{name}: slot {number}"
    families = _families(model, where)
    for family in families:
        levels = _levels(family, where)
        if model.level not in levels:
            raise UsageError(
                f"{where}: {family} has no level {model.level}", f"Its levels are {', '.join(map(str, levels))}."
            )
    if model.choices and not FEWEST_CHOICES <= model.choices <= MOST_CHOICES:
        raise UsageError(
            f"{where}: choices must be 0 or {FEWEST_CHOICES} to {MOST_CHOICES}, got {model.choices}",
            "Correct the value.",
        )
    points = (
        {part: Fraction(value) for part, value in model.points.items()}
        if isinstance(model.points, dict)
        else Fraction(model.points)
    )
    for value in points.values() if isinstance(points, dict) else [points]:
        if value != round(value, DECIMALS):
            raise UsageError(
                f"{where}: points: at most {DECIMALS} decimals are kept, got {float(value)}", "Round the value."
            )
    return Slot(
        families=families,
        level=model.level,
        count=model.count,
        points=points,
        choices=model.choices,
        repeat=model.repeat,
        follow_through=Fraction(model.follow_through),
        effort_spread=None if model.effort_spread is None else Fraction(model.effort_spread),
    )


def _families(model: _SlotModel, where: str) -> tuple[str, ...]:
    """What a slot draws from."""
    if model.family is not None and model.pool is None:
        return (model.family,)
    if model.pool is None or model.family is not None:
        both = "both stand" if model.family is not None else "neither stands"
        raise UsageError(f"{where}: family or pool: {both} in the slot", "Name one family, or a pool of several.")
    if len(set(model.pool)) < 2 or len(set(model.pool)) < len(model.pool):
        raise UsageError(
            f"{where}: a pool is of two families or more, each named once; got {', '.join(model.pool) or 'none'}",
            "Name further families, or write family = ... instead.",
        )
    return tuple(model.pool)


def _levels(family: str, where: str) -> list[int]:
    row = next((row for row in registry.catalogue() if row["id"] == family), None)
    if row is not None:
        return list(row["levels"])
    try:
        return list(registry.get(family).levels)  # one's own, not in the catalogue yet
    except UsageError as error:
        raise UsageError(f"{where}: {error.message}", error.remedy) from None
