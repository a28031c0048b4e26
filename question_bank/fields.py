"""The fields of a `given`: how each key is read, which symbols it goes by, how it is printed."""

import json
import re
from collections.abc import Hashable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from question_bank import numerals
from question_bank.errors import Refused
from question_bank.numerals import symbol_latex

REQUIRED: Any = object()
LARGEST = 10**18
LARGEST_TABLE = 10**6
_QUOTIENT = re.compile("-?[0-9]{1,40}(/[0-9]{1,40})?")
AXES = {1: ("L",), 2: ("H", "W"), 3: ("T", "H", "W")}


def short(value: Any) -> str:
    """A value from outside as it may stand in a message: one line, at most 60 characters.

    >>> short("x" * 100)[-4:]
    'xxx…'
    """
    text = str(value) if isinstance(value, Decimal) else json.dumps(value, default=str, ensure_ascii=True)
    return text if len(text) <= 60 else f"{text[:59]}…"


def whole(value: Any, name: str, least: int) -> int:
    """An integer from `least` up; Refused where the value is none."""
    if type(value) is not int or not least <= value <= LARGEST:
        if type(value) is int and value > LARGEST:
            raise Refused(f"{name}: numbers over 10**18 are not taken")
        raise Refused(f"{name}: expected an integer of at least {least}, got {short(value)}")
    return value


def make_symbol(name: str) -> Any:
    """The sympy symbol of a given quantity; all are positive."""
    from sympy import Symbol  # texts and marking read this module's neighbours without sympy

    return Symbol(name, positive=True)


class Field:
    """One key of a `given`."""

    default: Any = REQUIRED

    def read(self, value: Any, name: str) -> Any:
        """The value as the family uses it; Refused, naming the key, where it is none."""
        raise NotImplementedError  # pragma: no cover - every field has its own

    def leaves(self, value: Any) -> Iterator[Any]:
        """The numbers (or arrays) that symbols stand for, in the order of the twin."""
        return iter(())

    def twin(self, value: Any) -> Any:
        """The value with symbols for its leaves."""
        return value

    def symbols(self, twin: Any) -> Iterator[Any]:
        """The symbols of a twin, in the order of the leaves."""
        return iter(())

    def skeleton(self, value: Any) -> Hashable:
        """What of the value the derivation may depend on."""
        return value  # type: ignore[no-any-return]

    def latex(self, value: Any, language: str) -> str:
        """The value as a statement prints it inside a formula."""
        return numerals.latex(value, language)

    def letters(self, value: Any) -> str:
        """The symbol that a statement prints before the value."""
        return symbol_latex(getattr(self, "letter", ""))


class Whole(Field):
    """An integer from `least` up, with a symbol; `structural` ones stay numbers in the twin."""

    def __init__(self, letter: str = "", least: int = 1, default: Any = REQUIRED, *, structural: bool = False) -> None:
        self.letter = letter
        self.least = least
        self.default = default
        self.structural = structural

    def read(self, value: Any, name: str) -> Any:
        if value is None and self.default is None:
            return None
        return whole(value, name, self.least)

    def leaves(self, value: Any) -> Iterator[Any]:
        if not self.structural and value is not None:
            yield value

    def twin(self, value: Any) -> Any:
        return value if self.structural or value is None else make_symbol(self.letter)

    def symbols(self, twin: Any) -> Iterator[Any]:
        if not self.structural and twin is not None:
            yield twin

    def skeleton(self, value: Any) -> Hashable:
        return value if self.structural or value is None else int


class Number(Field):
    """A rational number, with a symbol: an integer, a decimal as it is written, or "p/q"."""

    def __init__(self, letter: str, default: Any = REQUIRED, *, least: Fraction | int | None = None) -> None:
        self.letter = letter
        self.default = default
        self.least = least

    def read(self, value: Any, name: str) -> Any:
        if value is None and self.default is None:
            return None
        exact = rational(value, name)
        if self.least is not None and exact < self.least:
            raise Refused(f"{name}: expected a number of at least {self.least}, got {short(value)}")
        return exact

    def leaves(self, value: Any) -> Iterator[Any]:
        if value is not None:
            yield value

    def twin(self, value: Any) -> Any:
        return None if value is None else make_symbol(self.letter)

    def symbols(self, twin: Any) -> Iterator[Any]:
        if twin is not None:
            yield twin

    def skeleton(self, value: Any) -> Hashable:
        return None if value is None else Fraction

    def latex(self, value: Any, language: str) -> str:
        return numerals.as_written(value, language)


def rational(value: Any, name: str) -> int | Fraction:
    """The exact value of a number from outside; a float counts as the decimal it is written as.

    >>> rational(0.3, "a"), rational("2/6", "a"), rational(4.0, "a")
    (Fraction(3, 10), Fraction(1, 3), 4)
    """
    try:
        if isinstance(value, bool):
            raise TypeError
        if isinstance(value, float):
            exact = Fraction(repr(value))
        elif isinstance(value, Decimal) and not -100 < value.adjusted() < 100:
            raise ValueError
        elif isinstance(value, str):
            if not _QUOTIENT.fullmatch(value):
                raise ValueError
            numerator, _, denominator = value.partition("/")
            exact = Fraction(int(numerator), int(denominator or 1))
        else:
            exact = Fraction(value)
    except (ValueError, TypeError, ZeroDivisionError):
        raise Refused(f'{name}: expected a finite number or "p/q", got {short(value)}') from None
    if max(abs(exact.numerator), exact.denominator) > LARGEST**2:
        raise Refused(f"{name}: numbers of over 36 digits are not taken")
    return exact.numerator if exact.denominator == 1 else exact


class Flag(Field):
    """True or false; part of the skeleton."""

    def __init__(self, default: Any = REQUIRED) -> None:
        self.default = default

    def read(self, value: Any, name: str) -> bool:
        if not isinstance(value, bool):
            raise Refused(f"{name}: expected true or false, got {short(value)}")
        return value


class Word(Field):
    """One of a few words; part of the skeleton."""

    def __init__(self, *words: str, default: Any = REQUIRED) -> None:
        self.words = words
        self.default = default

    def read(self, value: Any, name: str) -> str:
        if not isinstance(value, str) or value not in self.words:
            raise Refused(f"{name}: expected one of {', '.join(self.words)}, got {short(value)}")
        return value


class PerAxis(Field):
    """An integer for all spatial axes, or a list with one for each (1 to 3 axes).

    `size` says that a list is printed as 3 x 5 rather than (3, 5).
    """

    def __init__(self, letter: str, least: int = 1, default: Any = REQUIRED, *, size: bool = False) -> None:
        self.letter = letter
        self.least = least
        self.default = default
        self.size = size

    def read(self, value: Any, name: str) -> int | tuple[int, ...]:
        if isinstance(value, list | tuple):
            if not 1 <= len(value) <= 3:
                raise Refused(f"{name}: expected 1 to 3 axes, got a list of {len(value)}")
            return tuple([whole(entry, f"{name}[{place}]", self.least) for place, entry in enumerate(value)])
        return whole(value, name, self.least)

    def names(self, axes: int) -> tuple[str, ...]:
        """The symbols of a list with so many axes."""
        return (self.letter,) if axes == 1 else tuple(f"{self.letter}_{axis}" for axis in AXES[axes])

    def leaves(self, value: Any) -> Iterator[Any]:
        return iter(value) if isinstance(value, tuple) else iter((value,))

    def twin(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(make_symbol(name) for name in self.names(len(value)))
        return make_symbol(self.letter)

    def symbols(self, twin: Any) -> Iterator[Any]:
        return iter(twin) if isinstance(twin, tuple) else iter((twin,))

    def skeleton(self, value: Any) -> Hashable:
        return len(value) if isinstance(value, tuple) else int

    def latex(self, value: Any, language: str) -> str:
        if not isinstance(value, tuple):
            return numerals.latex(value, language)
        return self._joined([numerals.latex(entry, language) for entry in value])

    def letters(self, value: Any) -> str:
        names = self.names(len(value)) if isinstance(value, tuple) else (self.letter,)
        return self._joined([symbol_latex(name) for name in names])

    def _joined(self, pieces: list[str]) -> str:
        if len(pieces) == 1:
            return pieces[0]
        return r" \times ".join(pieces) if self.size else f"({', '.join(pieces)})"


class InputSize(PerAxis):
    """The size of the input on each axis: L, or H and W, or T, H and W. Always a list once read.

    `axes` fixes their number; without it a number alone has as many axes as the lists beside it.
    """

    def __init__(self, axes: int = 0) -> None:
        super().__init__("", least=1, size=True)
        self.axes = axes

    def read(self, value: Any, name: str) -> int | tuple[int, ...]:
        size = super().read(value, name)
        if self.axes and isinstance(size, int):
            return (size,) * self.axes
        if self.axes and isinstance(size, tuple) and len(size) != self.axes:
            raise Refused(f"{name}: expected {self.axes} axes, got a list of {len(size)}")
        return size

    def names(self, axes: int) -> tuple[str, ...]:
        return AXES[axes]


def on_axis(value: Any, axis: int) -> Any:
    """The value of a field per axis on one axis.

    >>> on_axis((3, 5), 1), on_axis(3, 1)
    (5, 3)
    """
    return value[axis] if isinstance(value, tuple) else value


class Sizes(Field):
    """A list of positive integers, the shape of an array, with letters that depend on its length.

    Args:
        letters: the symbols for each length that is taken.
    """

    def __init__(self, *letters: tuple[str, ...], default: Any = REQUIRED) -> None:
        self.letters_of = {len(names): names for names in letters}
        self.default = default

    def read(self, value: Any, name: str) -> Any:
        if value is None and self.default is None:
            return None
        if not isinstance(value, list | tuple) or len(value) not in self.letters_of:
            lengths = ", ".join(map(str, sorted(self.letters_of)))
            raise Refused(f"{name}: expected a list of {lengths} integers, got {short(value)}")
        return tuple([whole(entry, f"{name}[{place}]", 1) for place, entry in enumerate(value)])

    def leaves(self, value: Any) -> Iterator[Any]:
        return iter(value or ())

    def twin(self, value: Any) -> Any:
        return value and tuple(make_symbol(letter) for letter in self.letters_of[len(value)])

    def symbols(self, twin: Any) -> Iterator[Any]:
        return iter(twin or ())

    def skeleton(self, value: Any) -> Hashable:
        return value and len(value)

    def letters(self, value: Any) -> str:
        return f"({', '.join(symbol_latex(letter) for letter in self.letters_of[len(value)])})"

    def latex(self, value: Any, language: str) -> str:
        return f"({', '.join(numerals.latex(entry, language) for entry in value)})"


class Tensor:
    """A rectangular array of numbers: its entries as nested lists, and its shape."""

    __slots__ = ("entries", "shape")

    def __init__(self, entries: Any, shape: tuple[Any, ...]) -> None:
        self.entries = entries
        self.shape = shape


class ArrayField(Field):
    """A rectangular nested list of finite numbers, with a symbol for itself and for each length.

    Args:
        letter: the symbol of the array.
        lengths: the symbols of its lengths, outermost first.
        default: None where the array may be left out.
    """

    def __init__(self, letter: str, *lengths: str, default: Any = REQUIRED) -> None:
        self.letter = letter
        self.lengths = lengths
        self.default = default

    def read(self, value: Any, name: str) -> Tensor | None:
        if value is None and self.default is None:
            return None
        shape = []
        inner = value
        for _ in self.lengths:
            if not isinstance(inner, list | tuple) or not inner:
                depth = len(self.lengths)
                raise Refused(f"{name}: expected nested lists of numbers, {depth} deep and nowhere empty")
            shape.append(len(inner))
            inner = inner[0]
        count = [0]
        entries = self._level(value, name, shape, count)
        return Tensor(entries, tuple(shape))

    def _level(self, value: Any, name: str, shape: list[int], count: list[int]) -> Any:
        if not shape:
            count[0] += 1
            if count[0] > LARGEST_TABLE:
                raise Refused(f"{name}: over {LARGEST_TABLE} numbers are not taken")
            return value if type(value) is int and abs(value) <= LARGEST else rational(value, name)
        if not isinstance(value, list | tuple):
            raise Refused(f"{name}: expected a list of {shape[0]}, got {short(value)}")
        if len(value) != shape[0]:
            raise Refused(f"{name}: the rows differ in length: {shape[0]} and {len(value)}")
        return [self._level(entry, name, shape[1:], count) for entry in value]

    def leaves(self, value: Any) -> Iterator[Any]:
        if value is not None:
            yield value.entries
            yield from value.shape

    def twin(self, value: Any) -> Any:
        return value and Tensor(make_symbol(self.letter), tuple(make_symbol(name) for name in self.lengths))

    def symbols(self, twin: Any) -> Iterator[Any]:
        return self.leaves(twin)

    def skeleton(self, value: Any) -> Hashable:
        return None if value is None else Tensor

    def latex(self, value: Any, language: str) -> str:
        return numerals.latex(value.entries, language)
