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
from question_bank.space import to_json

SHIPPED = Path(__file__).parents[1] / "blueprints"
FEWEST_CHOICES, MOST_CHOICES = 3, 8
MOST_FAMILIES = 50
Points = Annotated[int | Decimal, Field(gt=0, le=10_000)]


class _SlotModel(Strict):
    family: str | None = None
    pool: Annotated[list[str], Field(max_length=MOST_FAMILIES)] | None = None
    together: Annotated[list[str], Field(max_length=MOST_FAMILIES)] | None = None
    steps: Annotated[list[str], Field(min_length=1, max_length=MOST_FAMILIES)] | None = None
    given: dict[str, Any] | Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MOST_FAMILIES)] | None = None
    level: int | None = None
    count: Annotated[int, Field(ge=1, le=100)] | None = None
    points: Points | dict[str, Points] | Annotated[list[Points], Field(min_length=1)] = 1
    follow_through: Annotated[int | Decimal, Field(ge=0, le=1)] = 1
    effort_spread: Annotated[int | Decimal, Field(ge=0, le=2)] | None = None
    choices: int = 0
    repeat: bool | None = None


class _BlueprintModel(Strict):
    title: Text | dict[Language, Text]
    languages: Annotated[list[Language], Field(min_length=1)]
    rules: Text | dict[Language, Text] | None = None
    slot: Annotated[list[_SlotModel], Field(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True)
class Slot:
    """One line of the exam: so many questions of a family at a level, or of several families.

    `draws_from` says what `families` are: "family" (one), "pool" (each student gets one of them by
    key) or "together" (a group: one instance is drawn, and each of them asks about it, in order).
    `givens` holds an instance for each question of a slot that draws nothing: everybody gets these, and
    they belong together.
    `count` times the families of a group are asked, or `count` questions of one or of a pool.
    `points` belong to one question: a number is shared equally over its parts; a list has one for each
    question of a group. `follow_through` is the share of a part's points for a value that follows from
    the student's own earlier one; `effort_spread` the largest spread of predicted effort between
    students, relative to its middle.
    """

    families: tuple[str, ...]
    draws_from: str = "family"
    givens: tuple[Mapping[str, Any], ...] = ()
    level: int = 1
    count: int = 1
    points: Fraction | Mapping[str, Fraction] | tuple[Fraction, ...] = Fraction(1)
    choices: int = 0
    repeat: bool = False
    follow_through: Fraction = Fraction(1)
    effort_spread: Fraction | None = None

    @property
    def group(self) -> int:
        """How many questions are asked about one instance."""
        return len(self.givens) or (len(self.families) if self.draws_from == "together" else 1)

    @property
    def questions(self) -> int:
        """How many questions a student gets."""
        return self.count * self.group

    def shares(self, parts: Sequence[str], place: int = 0) -> dict[str, Fraction]:
        """The points of each part of one of its questions, the one at a place in the group.

        Raises:
            UsageError: the table of points does not fit the parts.
        """
        points = self.points[place] if isinstance(self.points, tuple) else self.points
        if not isinstance(points, Mapping):
            return dict.fromkeys(parts, Fraction(points, len(parts)))
        if set(points) != set(parts):
            raise UsageError(
                f"the points name the parts {', '.join(points)}; a question of {' or '.join(self.families)} at"
                f" level {self.level} asks {', '.join(parts)}",
                "Name exactly the parts that are asked, or give one number to share.",
            )
        return {part: points[part] for part in parts}

    def row(self) -> dict[str, Any]:
        """The slot as the manifest keeps it."""
        return {
            self.draws_from: self.families[0] if self.draws_from == "family" else list(self.families),
            **({"given": to_json(self.givens)} if self.givens else {"level": self.level}),
            "count": self.count,
            "points": _written(self.points),
            "follow_through": str(self.follow_through),
            "effort_spread": None if self.effort_spread is None else str(self.effort_spread),
            "choices": self.choices,
            "repeat": self.repeat,
        }


def _written(points: Any) -> Any:
    if isinstance(points, Mapping):
        return {part: str(value) for part, value in points.items()}
    return list(map(str, points)) if isinstance(points, tuple) else str(points)


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
            "slots": [slot.row() for slot in self.slots],
        }


def read(path: Path) -> Blueprint:
    """Read a blueprint; where there is no such file, the shipped one of that name.

    Raises:
        UsageError: it is missing, no TOML, or says something that cannot be; the message names
            the slot and the key.
    """
    shipped = SHIPPED / path.name
    if not path.exists() and path == Path(path.name) and shipped.exists():
        path = shipped
    tree = strict_toml.read(path, "a blueprint")
    model = strict_toml.validated(_BlueprintModel, tree, path.name, "slot")
    languages = tuple(dict.fromkeys(model.languages))
    return Blueprint(
        title=strict_toml.per_language(model.title, languages, path.name, "title"),
        languages=languages,
        rules=strict_toml.per_language(model.rules, languages, path.name, "rules") if model.rules else {},
        slots=tuple(_slot(slot, number, path.name) for number, slot in enumerate(model.slot, 1)),
    )


def _slot(model: _SlotModel, number: int, name: str) -> Slot:
    where = f"{name}: slot {number}"
    draws_from, families = _families(model, where)
    givens = _givens(model, draws_from, families, where)
    level = 1 if model.level is None else model.level
    for family in () if givens else families[:1] if draws_from == "together" else families:
        levels = _known(family, where)["levels"]
        if level not in levels:
            listed = ", ".join(map(str, levels))
            raise UsageError(f"{where}: {family} has no level {level}", f"Its levels are {listed}.")
    if model.choices and not FEWEST_CHOICES <= model.choices <= MOST_CHOICES:
        raise UsageError(
            f"{where}: choices must be 0 or {FEWEST_CHOICES} to {MOST_CHOICES}, got {model.choices}",
            "Correct the value.",
        )
    slot = Slot(
        families=families,
        draws_from=draws_from,
        givens=givens,
        level=level,
        count=model.count or 1,
        points=_points(model, where),
        choices=model.choices,
        repeat=bool(model.repeat),
        follow_through=Fraction(model.follow_through),
        effort_spread=None if model.effort_spread is None else Fraction(model.effort_spread),
    )
    if isinstance(slot.points, tuple) and len(slot.points) != slot.group:
        raise UsageError(
            f"{where}: points lists {len(slot.points)} numbers; {slot.group} questions are asked about one instance",
            "Give a number for each of them, or one for all.",
        )
    return slot


def _points(model: _SlotModel, where: str) -> Fraction | dict[str, Fraction] | tuple[Fraction, ...]:
    points: Any = model.points
    for value in points.values() if isinstance(points, dict) else points if isinstance(points, list) else [points]:
        if Fraction(value) != round(Fraction(value), DECIMALS):
            raise UsageError(
                f"{where}: points: at most {DECIMALS} decimals are kept, got {float(value)}", "Round the value."
            )
    if isinstance(points, dict):
        return {part: Fraction(value) for part, value in points.items()}
    return tuple(map(Fraction, points)) if isinstance(points, list) else Fraction(points)


def _families(model: _SlotModel, where: str) -> tuple[str, tuple[str, ...]]:
    """What a slot draws from."""
    named = {key: value for key in ("family", "pool", "together") if (value := getattr(model, key)) is not None}
    if len(named) != 1:
        which = " and ".join(named) + " stand" if named else "none of them stands"
        raise UsageError(
            f"{where}: family, pool or together: {which} in the slot",
            "Name one family, a pool of several, or a group to ask together.",
        )
    [(draws_from, value)] = named.items()
    if draws_from == "family":
        return draws_from, (value,)
    fewest = 1 if model.steps else 2
    if len(set(value)) < fewest or len(set(value)) < len(value):
        what = "a pool" if draws_from == "pool" else "a group"
        raise UsageError(
            f"{where}: {what} is of two families or more, each named once; got {', '.join(value) or 'none'}",
            "Name further families, or write family = ... instead.",
        )
    if draws_from == "together":
        _of_one_kind(value, where)
    return draws_from, tuple(value)


def _of_one_kind(families: Sequence[str], where: str) -> None:
    """Refuse a group whose families cannot be about one instance."""
    first, *others = families
    for other in others:
        keys, theirs = _known(first, where)["given"], _known(other, where)["given"]
        if set(keys) != set(theirs):
            raise UsageError(
                f"{where}: together: {first} is about {', '.join(keys)}, {other} about {', '.join(theirs)}",
                "Group families with the same given keys (`convmark bank show FAMILY --format json` shows them).",
            )


def _givens(model: _SlotModel, draws_from: str, families: Sequence[str], where: str) -> tuple[Mapping[str, Any], ...]:
    """The instances of a slot that draws nothing."""
    if model.steps is None and model.given is None:
        return ()
    key = "given" if model.steps is None else "steps"
    if model.steps is not None and model.given is not None:
        raise UsageError(f"{where}: given and steps exclude each other", "Leave one of them out.")
    for name in ("level", "count", "repeat", "effort_spread"):
        if getattr(model, name) is not None:
            raise UsageError(f"{where}: {key} and {name} exclude each other", f"Leave {name} out: nothing is drawn.")
    if draws_from == "pool":
        raise UsageError(f"{where}: {key} and pool exclude each other", "Name one family, or a group.")
    if isinstance(model.given, list):
        if draws_from == "together":
            raise UsageError(
                f"{where}: together and a list of givens exclude each other",
                "Ask the group about one given, or one family about several.",
            )
        return tuple(model.given)
    if model.steps is None:
        return (model.given or {},) * len(families)
    if len(families) > 1 or "step" not in _known(families[0], where)["given"]:
        raise UsageError(
            f"{where}: steps belong to one family with steps; got {', '.join(families)}",
            'Name "initialization/derivation" alone.',
        )
    return tuple({"step": step} for step in model.steps)


def _known(family: str, where: str) -> Mapping[str, Any]:
    """What the catalogue says of a family."""
    row = next((row for row in registry.catalogue() if row["id"] == family), None)
    if row is not None:
        return row
    try:
        own = registry.get(family)  # one's own, not in the catalogue yet
    except UsageError as error:
        raise UsageError(f"{where}: {error.message}", error.remedy) from None
    return {"levels": list(own.levels), "given": list(own.given.fields)}
