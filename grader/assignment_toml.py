"""The tables of assignment.toml: strict, with messages that name the table, the key and the remedy."""

import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from question_bank.errors import UsageError

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, Field(min_length=1, max_length=1000)]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=60)]
Points = Annotated[int | Decimal, Field(gt=0, le=10_000)]
Seconds = Annotated[int | Decimal, Field(gt=0, le=86_400)]
Share = Annotated[int | Decimal, Field(ge=0, le=1)]
Megabytes = Annotated[int, Field(ge=1, le=1_000_000)]


class Strict(BaseModel):
    """A table: no unknown keys, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Languages(Strict):
    """A text in every language."""

    en: Text
    he: Text
    ru: Text
    da: Text

    def texts(self) -> dict[str, str]:
        """The text by language."""
        return self.model_dump()


class LimitsTable(Strict):
    """[limits]."""

    test_seconds: Seconds = 10
    load_seconds: Seconds = 10
    cpu_seconds: Seconds = 60
    wall_seconds: Seconds = 120
    memory_mb: Megabytes = 2000
    output_mb: Megabytes = 1
    output_kill_mb: Megabytes = 64


class FilesTable(Strict):
    """[files]."""

    starter: Text
    solution: Text
    handout: Text


class TaskTable(Strict):
    """[[task]]."""

    id: Name
    title: Languages
    points: Points
    visibility: Literal["visible", "hidden"] = "hidden"
    after: list[Name] = []
    visible_share: Share = 0


class WrongTable(Strict):
    """[[wrong]]."""

    name: Name
    what: Text
    fails: Annotated[list[Name], Field(min_length=1)]
    may_fail: list[Name] = []


class SaidTable(Strict):
    """A table of wrong/what.toml: `what` of a wrong submission in the other languages."""

    he: Text
    ru: Text
    da: Text


class AssignmentTable(Strict):
    """The whole file."""

    schema_: Literal[1] = Field(alias="schema")
    id: Name
    version: Annotated[int, Field(ge=1)]
    title: Languages
    names: Annotated[list[Identifier], Field(min_length=1)]
    libraries: list[Identifier] = []
    device: Literal["cpu", "cuda"] = "cpu"
    limits: LimitsTable = LimitsTable()
    files: FilesTable
    task: Annotated[list[TaskTable], Field(min_length=1)]
    wrong: list[WrongTable] = []


def read(path: Path) -> AssignmentTable:
    """The file as tables; decimals as they were written.

    Raises:
        UsageError: it is no TOML, or does not fit; the message names the table and the key.
    """
    tree = _tree(path)
    try:
        return AssignmentTable.model_validate(tree)
    except ValidationError as error:
        raise _explained(error, tree, path.name) from None


def read_said(path: Path) -> dict[str, SaidTable]:
    """The tables of wrong/what.toml by the name of the wrong submission; none where there is no such file.

    Raises:
        UsageError: it is no TOML, or does not fit; the message names the table and the key.
    """
    if not path.exists():
        return {}
    tree = _tree(path)
    try:
        return _SAID.validate_python(tree)
    except ValidationError as error:
        raise _explained(error, tree, path.name) from None


_SAID = TypeAdapter(dict[str, SaidTable])


def _tree(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", "Name the folder of an assignment.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path.name} is not UTF-8", "Save the file in UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path.name}: {error}", "Correct the TOML; texts stand in quotes.") from None
    except RecursionError:
        raise UsageError(f"{path.name}: its lists are nested too deeply", "See assignments/README.md.") from None


def _explained(error: ValidationError, tree: Mapping[str, Any], name: str) -> UsageError:
    """The first of pydantic's findings as one of our messages."""
    found = error.errors()[0]
    places = _places(found["loc"], tree, missing=found["type"] == "missing")
    where = name
    if len(places) > 1 and places[0] in ("task", "wrong") and isinstance(places[1], int):
        where, places = f"{name}: {places[0]} {_called(tree, str(places[0]), places[1])}", places[2:]
    key = ".".join(map(str, places))
    if found["type"] == "extra_forbidden":
        return UsageError(f"{where}: unknown key {key!r}", "Remove it, or correct its spelling.")
    if found["type"] == "missing":
        return UsageError(f"{where}: the key {key!r} is missing", "Add it.")
    came = str(found.get("input"))
    return UsageError(f"{where}: {key}: {found['msg']}, got {came[:60]}", "Correct the value.")


def _called(tree: Mapping[str, Any], table: str, place: int) -> str:
    """A task by its id, a wrong submission by its name; by its number where it has none."""
    row = tree[table][place]
    called = row.get("id" if table == "task" else "name") if isinstance(row, Mapping) else None
    return called if isinstance(called, str) else str(place + 1)


def _places(loc: Sequence[int | str], tree: Any, *, missing: bool) -> list[int | str]:
    """The keys on the way to what was found; pydantic names the types it tried among them."""
    places: list[int | str] = []
    for number, place in enumerate(loc, 1):
        inside = place in tree if isinstance(tree, Mapping) else isinstance(tree, list) and isinstance(place, int)
        if inside:
            tree = tree[place]
        if inside or (missing and number == len(loc)):
            places.append(place)
    return places
