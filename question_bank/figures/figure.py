"""What every figure has."""

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias

from question_bank.text import RIGHT_TO_LEFT, TextTemplate, interface

Row: TypeAlias = Mapping[str, Any]
"""A figure in a file: its kind, the numbers that it shows, and `alt`, the same in words."""


class Figure(Protocol):
    """A figure of a question, from its given."""

    def asked(self, language: str) -> Row | None:
        """What the paper shows; None where it shows nothing."""

    def worked(self, language: str) -> Row | None:
        """What the solution shows; None where it shows nothing."""


def words(name: str, language: str, **filled: str) -> str:
    """A text of the interface about figures, filled in.

    >>> words("input", "en")
    'input'
    """
    return TextTemplate.of(str(interface(f"figure.{name}", language))).fill(filled.__getitem__)


def in_order(formula: str, language: str) -> str:
    """A formula that keeps its order among words that run from right to left."""
    return f"\u2066{formula}\u2069" if language in RIGHT_TO_LEFT else formula


def times(sizes: tuple[int, ...] | list[int]) -> str:
    """Sizes in plain text.

    >>> times([3, 32, 32])
    '3 × 32 × 32'
    """
    return " × ".join(map(str, sizes))
