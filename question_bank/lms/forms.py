"""How a learning management system can ask for an answer: as a number, words, a choice, or a table of numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from question_bank.answers import Between, Real
from question_bank.answers.between import Bounds
from question_bank.marking import PartKey, mark
from question_bank.numerals import as_fraction
from question_bank.render.sheet import Say

MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class Decimal:
    """A number in digits, and how far off an answer may be; exact where `tolerance` is "0"."""

    value: str
    tolerance: str = "0"


@dataclass(frozen=True, slots=True)
class Number:
    """A number is typed in; each known mistake leads to another one."""

    right: Decimal
    mistakes: tuple[tuple[Decimal, str], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A short text is typed in, and compared as text with those that are right and those of mistakes."""

    right: tuple[str, ...]
    mistakes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class YesNo:
    """Yes or no; `feedback` is for the wrong one."""

    right: bool
    feedback: str


@dataclass(frozen=True, slots=True)
class Option:
    """One choice, in Markdown."""

    text: str
    right: bool
    feedback: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several is chosen."""

    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Numbers are typed into the cells of tables, one below the other; `typed` are ways to write them in one text."""

    tables: tuple[tuple[tuple[Decimal, ...], ...], ...]
    typed: tuple[str, ...]
    shown: str

    @property
    def cells(self) -> int:
        """How many numbers are asked for."""
        return sum(len(row) for table in self.tables for row in table)


@dataclass(frozen=True, slots=True)
class Open:
    """A text that a person marks; `right` is the answer, in Markdown."""

    right: str


Form = Number | Words | YesNo | Choice | Grid | Open


def form(part: Mapping[str, Any], key: Mapping[str, Any], language: str, say: Say) -> Form:
    """The form in which a part can be asked, marked as closely as a system of this sort can.

    Args:
        part: of a question's row.
        key: the row of its key.
        language: of the question.
        say: gives the words for a mistake.
    """
    it = PartKey.of(part, key)
    if it.options:
        return Choice(tuple(_option(it, choice, language, say) for choice in part["choices"]))
    if type(it.answer) is bool:
        return YesNo(it.answer, next((say(name) for name in it.misconceptions), ""))
    if isinstance(it.kind, Between) and isinstance(it.answer, Bounds):
        if it.answer.most - it.answer.least < MOST_LISTED:
            texts = tuple(str(number) for number in range(it.answer.least, it.answer.most + 1))
            return Words(texts, _typed(it, language, say))
        return Open(it.kind.show(it.answer, language))
    if isinstance(it.answer, list | tuple):
        tables, shown = _tables(it.answer), it.kind.show(it.answer, language)
        return Open(shown) if tables is None else Grid(tables, _spelled(it, it.answer, language), shown)
    right = _number(it, it.answer)
    if right is not None and ("." not in right.value or isinstance(it.kind, Real)):
        found = ((_number(it, value), say(name)) for name, value in it.misconceptions.items())
        return Number(right, tuple((value, text) for value, text in found if value is not None))
    return Words(_spelled(it, it.answer, language), _typed(it, language, say))


def _option(it: PartKey, choice: Mapping[str, Any], language: str, say: Say) -> Option:
    verdict = mark(it, choice["letter"], language)
    return Option(
        choice["text"], verdict.verdict == "right", say(verdict.misconception) if verdict.misconception else ""
    )


def _number(it: PartKey, value: Any) -> Decimal | None:
    """A value as digits; None for what is no number, or no finite decimal and to be given exactly."""
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        return None
    exact = as_fraction(value)
    if isinstance(it.kind, Real):
        return Decimal(repr(float(value)), repr(float(abs(exact) * Fraction(str(it.kind.relative)))))
    return _digits(exact)


def _digits(value: Fraction) -> Decimal | None:
    """An exact decimal.

    >>> _digits(Fraction(57, 4)), _digits(Fraction(23, 3))
    (Decimal(value='14.25', tolerance='0'), None)
    """
    if value.denominator == 1:
        return Decimal(str(value.numerator))
    places = next((places for places in range(1, 16) if 10**places % value.denominator == 0), None)
    if places is None:
        return None
    whole, rest = divmod(abs(value.numerator) * 10**places // value.denominator, 10**places)
    return Decimal(f"{'-' * (value < 0)}{whole}.{rest:0{places}d}")


def _tables(value: Sequence[Any]) -> tuple[tuple[tuple[Decimal, ...], ...], ...] | None:
    """Nested lists of numbers as tables; None where one of them is no decimal."""
    if not any(isinstance(entry, list | tuple) for entry in value):
        row = tuple(_digits(as_fraction(entry)) for entry in value)
        return None if None in row else ((row,),)  # type: ignore[return-value]  # no None is left
    if not any(isinstance(cell, list | tuple) for entry in value for cell in entry):
        rows = [_tables(entry) for entry in value]
        return None if None in rows else (tuple(row[0][0] for row in rows if row),)
    blocks = [_tables(entry) for entry in value]
    return None if None in blocks else tuple(table for block in blocks if block for table in block)


def _spelled(it: PartKey, value: Any, language: str) -> tuple[str, ...]:
    """A value as students may write it: plainly, and in the other ways that its kind knows."""
    plain, _stored, _marked, *others = it.kind.fabricate(value, language).right
    number = _number(it, value)  # p/q is asked for, but a decimal that equals it is right too
    decimals = (number.value, number.value.replace(".", ",")) if number else ()
    return tuple(dict.fromkeys(" ".join(text.split()) for text in (plain, *others, *decimals)))


def _typed(it: PartKey, language: str, say: Say) -> tuple[tuple[str, str], ...]:
    """The mistakes as students would write them."""
    wrong = {name: value for name, value in it.misconceptions.items() if not it.kind.equal(it.answer, value)}
    return tuple((" ".join(it.kind.write(value, language).split()), say(name)) for name, value in wrong.items())


def _exact(digits: str) -> Fraction:
    return Fraction(digits) if "." in digits or "e" in digits else Fraction(int(digits))  # the faster of the two


def apart(right: Decimal, mistakes: Iterable[tuple[Decimal, str]]) -> list[tuple[Decimal, str]]:
    """Mistakes with intervals that do not overlap: a system takes the first answer that fits."""
    taken = [_exact(right.value)]
    apart = []
    for mistake, said in mistakes:
        value = _exact(mistake.value)
        nearest = min(abs(value - other) for other in taken)
        if nearest:
            taken.append(value)
            narrow = 2 * _exact(mistake.tolerance) > nearest
            apart.append((Decimal(mistake.value, repr(float(nearest / 2))) if narrow else mistake, said))
    return apart
