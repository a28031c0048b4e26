"""TOML files that instructors write: strict, with messages that name the table and the key."""

import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from question_bank.errors import UsageError

Language = Literal["en", "he", "ru", "da"]
Text = Annotated[str, Field(min_length=1, max_length=10_000)]
Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """A table: no unknown keys, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def read(path: Path, what: str) -> dict[str, Any]:
    """The TOML of a file; decimals as they were written.

    Args:
        path: the file.
        what: what it should be, "a blueprint".

    Raises:
        UsageError: it is missing, or no TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", f"Name an existing file, {what}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path.name} is not UTF-8", "Save the file in UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path.name}: {error}", "Correct the TOML; texts stand in quotes.") from None
    except RecursionError:
        raise UsageError(f"{path.name}: its lists are nested too deeply", f"It is not {what}; see README.") from None


def validated(model: type[Model], tree: Mapping[str, Any], name: str, table: str) -> Model:
    """The file as a model.

    Args:
        model: what it must fit.
        tree: what `read` gave.
        name: of the file, in messages.
        table: the list of tables that messages count from 1, "slot".

    Raises:
        UsageError: it does not fit; the message names the table and the key.
    """
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        raise _explained(error, tree, name, table) from None


def per_language(text: str | Mapping[Any, str], languages: Sequence[str], name: str, key: str) -> Mapping[str, str]:
    """A text for each language, from one for all or a table.

    Raises:
        UsageError: a language is missing.
    """
    if isinstance(text, str):
        return dict.fromkeys(languages, text)
    missing = [language for language in languages if language not in text]
    if missing:
        raise UsageError(f"{name}: {key} lacks the language {missing[0]}", f"Give {key} in every language of the exam.")
    return {language: text[language] for language in languages}


def _explained(error: ValidationError, tree: Mapping[str, Any], name: str, table: str) -> UsageError:
    """The first of pydantic's findings as one of our messages."""
    found = error.errors()[0]
    places = _places(found["loc"], tree, missing=found["type"] == "missing")
    where = name
    if places[:1] == [table] and len(places) > 1 and isinstance(places[1], int):
        where, places = f"{name}: {table} {places[1] + 1}", places[2:]
    key = ".".join(map(str, places))
    if found["type"] == "extra_forbidden":
        return UsageError(f"{where}: unknown key {key!r}", "Remove it, or correct its spelling.")
    if found["type"] == "missing":
        return UsageError(f"{where}: the key {key!r} is missing", "Add it.")
    came = str(found.get("input"))
    return UsageError(f"{where}: {key}: {found['msg']}, got {came[:60]}", "Correct the value.")


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
