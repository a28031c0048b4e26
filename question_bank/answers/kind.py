"""What all answer kinds share, and how values are stored."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, ClassVar

from question_bank import numerals
from question_bank.parsing import Unreadable, clean
from question_bank.text import interface


@dataclass(frozen=True, slots=True)
class Invalid:
    """A text that cannot be read; `reason` names a text under [invalid] of the interface texts."""

    reason: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Fabricated:
    """Texts a student might send in, made from a key: spellings of it, and texts that are no answer."""

    right: tuple[str, ...]
    invalid: tuple[str, ...]


NO_ANSWERS = ("I think it stays the same", "print('x')", "NaN", "1e400", "9**9**9", "Infinity")


@dataclass(frozen=True)
class Kind:
    """What all kinds share: None for "does not exist", and the frame around reading.

    A kind overrides what has an underscore; there None never comes.
    """

    name: ClassVar[str]
    ordered: ClassVar[bool] = False

    def parse(self, text: str, language: str) -> Any:
        """The value of a student's text, or Invalid with the reason."""
        try:
            cleaned = _unquoted(clean(text))
            return None if cleaned.casefold() in _nulls() else self._read(cleaned, language)
        except Unreadable as error:
            return Invalid(error.reason, error.what)
        except (OverflowError, RecursionError, MemoryError):
            return Invalid("too_large")

    def _read(self, text: str, language: str) -> Any:
        raise NotImplementedError  # pragma: no cover - every kind has its own

    def equal(self, key: Any, value: Any) -> bool:
        """Whether a value is the key."""
        return key is value if key is None or value is None else self._equal(key, value)

    def _equal(self, key: Any, value: Any) -> bool:
        return bool(key == value)

    def computed(self, value: Any) -> Any:
        """A value that the formulas gave, in the form in which values are compared and stored."""
        return value

    def mistaken(self, right: Any, wrong: Any) -> Any:
        """The value by which a misconception shows, computed, from what the formulas gave without and with it."""
        return self.computed(wrong)

    def same(self, value: Any, other: Any) -> bool:
        """Whether two computed values are one and the same, tolerance aside."""
        return self.equal(value, other)

    def alike(self, value: Any, other: Any) -> bool:
        """Whether an answer could be taken for either of two computed values."""
        return self.equal(value, other)

    def agrees(self, key: Any, measured: Any) -> bool:
        """Whether the oracle's measurement bears the key out."""
        return self.equal(key, _listed(measured))

    def encode(self, value: Any) -> Any:
        """The value as JSON."""
        return None if value is None else self._encode(value)

    def _encode(self, value: Any) -> Any:
        return encode(value)

    def decode(self, stored: Any) -> Any:
        """The value that was stored as JSON."""
        return None if stored is None else self._decode(stored)

    def _decode(self, stored: Any) -> Any:
        return decode(stored)

    def show(self, value: Any, language: str) -> str:
        """The value in Markdown."""
        return str(interface("value.none", language)) if value is None else self._show(value, language)

    def _show(self, value: Any, language: str) -> str:
        return f"${numerals.latex(value, language)}$"

    def write(self, value: Any, language: str) -> str:
        """The value as a student might type it."""
        return str(interface("value.none", language)) if value is None else self._write(value, language)

    def _write(self, value: Any, language: str) -> str:
        return numerals.plain(value, language)

    def plausible(self, value: Any, key: Any) -> bool:
        """Whether a value may stand beside the key in a list of choices without giving itself away."""
        return value is None or key is None or self._plausible(value, key)

    def _plausible(self, value: Any, key: Any) -> bool:
        return True

    def substantial(self, value: Any, key: Any) -> bool:
        """Whether a wrong value leaves as much to do with it as the key does: 0 and 1 leave nothing."""
        if value is None or key is None or not self.plausible(value, key):
            return False
        return self._substantial(value, key)

    def _substantial(self, value: Any, key: Any) -> bool:
        return 2 * _weight(value) >= _weight(key)

    def ends(self, answer: Any, values: Sequence[Any]) -> bool:
        """Whether a solution whose steps have these values ends in an answer, both as they are stored."""
        entries = answer if isinstance(answer, list) and answer not in values else [answer]
        return all(entry in values for entry in entries)

    def fabricate(self, key: Any, language: str) -> Fabricated:
        """Right and unreadable texts for a key; wrong ones are the written misconceptions."""
        typed = self.write(key, language)
        more = () if key is None else self._spellings(key, language)
        return Fabricated((typed, json.dumps(self.encode(key)), f"\u200f {typed} \u200e", *more), NO_ANSWERS)

    def _spellings(self, key: Any, language: str) -> tuple[str, ...]:
        """Further spellings of a key."""
        return ()

    def options(self) -> dict[str, Any]:
        """What a question row must keep so that `restore` makes this kind again."""
        return {}


def _weight(value: Any) -> int:
    """How much there is to calculate with: the digits of integers, 1 for any other number, nothing for 0 and 1."""
    if isinstance(value, list | tuple):
        return sum(map(_weight, value))
    if isinstance(value, int | Fraction | Decimal) and abs(value) in (0, 1):
        return 0
    return len(str(abs(value))) if type(value) is int else 1


_STORED_AS_THEY_ARE = frozenset({bool, int, str, float, type(None)})


def encode(value: Any) -> Any:
    """A value as JSON: integers, fractions as "p/q", reals as the nearest double, lists, null."""
    kind = type(value)  # isinstance asks abstract base classes, which is slow
    if kind in _STORED_AS_THEY_ARE:
        return value
    if kind is Fraction:
        return value.numerator if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
    if kind is list or kind is tuple:
        return [encode(entry) for entry in value]
    if kind is dict:
        return {name: encode(entry) for name, entry in value.items()}
    return numerals.nearest_double(value) if kind is Decimal else written(value)


@lru_cache(maxsize=1024)
def written(expression: Any) -> str:
    """An expression as text, letters before statistics: N*Var_w*E_x2."""
    # sympy orders factors by name, so each name is given its rank while it is printed
    names = sorted(map(str, getattr(expression, "free_symbols", ())), key=_rank)
    if len(names) < 2:
        return str(expression)
    ranked = {symbol: type(symbol)(f"q{names.index(str(symbol)):03}q{symbol}") for symbol in expression.free_symbols}
    return re.sub(r"\bq\d{3}q", "", str(expression.xreplace(ranked)))


def _rank(name: str) -> tuple[bool, bool, str]:
    return "_" in name, name.startswith("E_"), name


def decode(stored: Any) -> Any:
    """The exact value of stored JSON; a real is the decimal it was written as."""
    if isinstance(stored, float):
        return numerals.as_fraction(stored)
    if isinstance(stored, list):
        return [decode(entry) for entry in stored]
    if isinstance(stored, Mapping):
        return {name: decode(entry) for name, entry in stored.items()}
    if isinstance(stored, str):
        numerator, slash, denominator = stored.partition("/")
        if slash and numerator.lstrip("-").isdigit() and denominator.isdigit():
            return Fraction(int(numerator), int(denominator))
    return stored


def _unquoted(text: str) -> str:
    """The text without the quotation marks of a JSON string."""
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1] else text


def _listed(value: Any) -> Any:
    """Tuples as lists: an oracle may give either."""
    return [_listed(entry) for entry in value] if isinstance(value, list | tuple) else value


def _nulls() -> frozenset[str]:
    words = {word for language_words in interface("words.none").values() for word in language_words}
    return frozenset({"null", "-", *(word.casefold() for word in words)})
