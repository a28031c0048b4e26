"""The families that there are: `get` imports one, `everything` imports all."""

import json
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from question_bank.errors import BankError, UsageError
from question_bank.faults import fault
from question_bank.text import FAMILIES, Texts, family_texts

if TYPE_CHECKING:
    from question_bank.family import Family

CATALOGUE = Path(__file__).with_name("catalogue.json")


def ids() -> list[str]:
    """The id of every family, sorted.

    >>> "convolution/output_size" in ids()
    True
    """
    modules = FAMILIES.glob("*/*.py")
    return sorted(f"{path.parent.name}/{path.stem}" for path in modules if path.stem != "__init__")


@cache  # what is not known is not remembered: a family may come
def known(family_id: str) -> str:
    """The id, if there is such a family.

    Raises:
        UsageError: there is none; the message names the nearest.
    """
    if family_id in ids():
        return family_id
    from difflib import get_close_matches

    near = get_close_matches(family_id, ids(), n=1, cutoff=0.5)
    remedy = f"Did you mean {near[0]}?" if near else "`convmark bank list` shows all families."
    raise UsageError(f"there is no family {family_id[:80]!r}", remedy)


@cache
def get(family_id: str) -> "Family":
    """The family with an id; only its module is imported.

    Raises:
        UsageError: there is none.
        BankError: its module cannot be imported, or does not define it under that id.

    >>> get("convolution/output_size").id
    'convolution/output_size'
    """
    name = known(family_id)
    try:
        module = import_module(f"question_bank.families.{name.replace('/', '.')}")
    except (Exception, SystemExit) as error:
        raise fault(error, family_id, str(FAMILIES / f"{family_id}.py")) from error
    family: Family | None = getattr(module, "FAMILY", None)
    if family is None or getattr(family, "id", None) != family_id:
        raise BankError(f"families/{family_id}.py must define FAMILY with the id {family_id!r}")
    return family


def everything() -> list["Family"]:
    """All families, sorted by id."""
    return [get(family_id) for family_id in ids()]


def texts(family_id: str) -> Texts:
    """The texts of a family; its module is not imported.

    Raises:
        UsageError: there is no such family.
    """
    return family_texts(known(family_id))


def catalogue() -> list[dict[str, Any]]:
    """The rows of `bank list`, from the committed catalogue; nothing heavy is imported."""
    try:
        rows: list[dict[str, Any]] = json.loads(CATALOGUE.read_text(encoding="utf-8"))["families"]
    except FileNotFoundError:
        raise BankError("catalogue.json is missing", "Run `make catalogue`.") from None
    return rows
