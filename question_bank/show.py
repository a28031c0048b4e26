"""`bank show`: one variant of a family, by key or by index."""

import hashlib

from question_bank import registry
from question_bank.errors import BankError, UsageError
from question_bank.family import Family, Variant
from question_bank.question import Key, Question, ask


def show(
    family_id: str, *, level: int = 1, key: str = "0", index: int | None = None, language: str = "en"
) -> tuple[Question, Key]:
    """The question and its key.

    Args:
        family_id: "topic/name".
        level: 1, 2 or 3.
        key: any text; the same text always shows the same variant.
        index: an index of the level's space, instead of a key.
        language: one of the four.

    Raises:
        UsageError: no such family or level, or the index is no accepted variant.
    """
    family = registry.get(family_id)
    return ask(family, pick(family, level, key, index), language)


def pick(family: Family, level: int, key: str, index: int | None) -> Variant:
    """The variant that a key or an index names."""
    if level not in family.levels:
        levels = ", ".join(map(str, family.levels))
        raise UsageError(f"{family.id} has no level {level}", f"Its levels are {levels}.")
    if index is None:
        secret = hashlib.blake2b(f"show:{key}".encode(errors="surrogateescape")).digest()
        variant = next(family.walk(level, secret), None)
        if variant is None:
            raise BankError(f"{family.id}, level {level}: none of its variants is accepted")
        return variant
    size = family.levels[level].space.size
    if not 0 <= index < size:
        raise UsageError(f"{family.id}, level {level}: index {index} lies outside 0 to {size - 1}")
    drawn = family.draw(level, index)
    if isinstance(drawn, str):
        raise UsageError(f"{family.id}, level {level}: index {index} is not a variant: {drawn}", "Try another index.")
    return drawn
