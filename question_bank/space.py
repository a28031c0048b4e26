"""Finite parameter spaces.

A `Domain` is a finite, ordered set of values that knows its exact size and maps an index to a
value and back. Domains nest: a `Record` of a `Grid` of a `Range` is a domain. Sizes are Python
integers, so a space of 10^124 points costs no more than one of ten.

The way back, `index`, is what makes an index mean something: it shows that no other index gives the
same value (a law asks it of every family), and it finds the variant that a printed `given` is.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from question_bank.errors import BankError


class Domain(Protocol):
    """A finite, ordered set of values."""

    @property
    def size(self) -> int:
        """How many values there are, exactly."""

    def at(self, index: int) -> Any:
        """The value with this index, 0 <= index < size."""

    def index(self, value: Any) -> int:
        """The index of a value; ValueError where it is no member."""


@dataclass(frozen=True, slots=True)
class Range:
    """The integers from `first` to `last`, both included, `step` apart.

    >>> list_of = lambda domain: [domain.at(i) for i in range(domain.size)]
    >>> list_of(Range(1, 9, step=2))
    [1, 3, 5, 7, 9]
    """

    first: int
    last: int
    step: int = 1

    def __post_init__(self) -> None:
        if self.step < 1 or self.last < self.first:
            raise BankError(f"{self} holds nothing", "Give the smaller end first, and a step from 1 up.")

    @property
    def size(self) -> int:
        return (self.last - self.first) // self.step + 1

    def at(self, index: int) -> int:
        _inside(index, self.size)
        return self.first + index * self.step

    def index(self, value: Any) -> int:
        if type(value) is not int or not self.first <= value <= self.last:
            raise ValueError(f"{value!r} is not in {self}")
        index, rest = divmod(value - self.first, self.step)
        if rest:
            raise ValueError(f"{value!r} is not in {self}")
        return index


class Among:
    """The values that are listed: numbers, words, or whatever a `given` may hold.

    >>> Among("relu", "tanh").at(1)
    'tanh'
    """

    __slots__ = ("values",)

    def __init__(self, *values: Any) -> None:
        if not values:
            raise BankError("Among() holds nothing", "Name its values.")
        self.values = values

    def __repr__(self) -> str:
        return f"Among{self.values!r}"

    @property
    def size(self) -> int:
        return len(self.values)

    def at(self, index: int) -> Any:
        _inside(index, self.size)
        return self.values[index]

    def index(self, value: Any) -> int:
        for index, mine in enumerate(self.values):
            if type(mine) is type(value) and mine == value:
                return index
        raise ValueError(f"{value!r} is not in {self}")


class Grid:
    """Arrays of a fixed shape, every entry from one domain, as nested lists.

    >>> Grid(Range(-3, 3), 3, 3).size == 7**9
    True
    >>> Grid(Range(0, 1), 2, 2).at(6)
    [[0, 1], [1, 0]]
    """

    __slots__ = ("entry", "shape", "size")

    def __init__(self, entry: Domain, *shape: int) -> None:
        self.entry = entry
        self.shape = shape
        self.size = entry.size ** math.prod(shape)

    def __repr__(self) -> str:
        return f"Grid({self.entry!r}, {', '.join(map(str, self.shape))})"

    def at(self, index: int) -> list[Any]:
        _inside(index, self.size)
        digits = []
        for _ in range(math.prod(self.shape)):
            index, digit = divmod(index, self.entry.size)
            digits.append(self.entry.at(digit))
        digits.reverse()
        for length in reversed(self.shape[1:]):
            digits = [digits[i : i + length] for i in range(0, len(digits), length)]
        return digits

    def index(self, value: Any) -> int:
        index = 0
        for entry in _flatten(value, self.shape):
            index = index * self.entry.size + self.entry.index(entry)
        return index


class Record:
    """A dictionary with a domain for each key. A `given` is drawn from a record.

    >>> space = Record(kernel=Among(3, 5), stride=Range(1, 2))
    >>> space.size, space.at(3)
    (4, {'kernel': 5, 'stride': 2})
    >>> space.index({'kernel': 3, 'stride': 2})
    1
    """

    __slots__ = ("fields", "size")

    def __init__(self, **fields: Domain) -> None:
        self.fields: Mapping[str, Domain] = fields
        self.size = math.prod(domain.size for domain in fields.values())

    def __repr__(self) -> str:
        return f"Record({', '.join(f'{name}={domain!r}' for name, domain in self.fields.items())})"

    def at(self, index: int) -> dict[str, Any]:
        _inside(index, self.size)
        digits = []
        for domain in reversed(list(self.fields.values())):
            index, digit = divmod(index, domain.size)
            digits.append(digit)
        return {
            name: domain.at(digit) for (name, domain), digit in zip(self.fields.items(), reversed(digits), strict=True)
        }

    def index(self, value: Any) -> int:
        if not isinstance(value, Mapping) or set(value) != set(self.fields):
            raise ValueError(f"{value!r} does not have the keys {', '.join(self.fields)}")
        index = 0
        for name, domain in self.fields.items():
            index = index * domain.size + domain.index(value[name])
        return index


class Row:
    """A list with a domain of its own for each place.

    >>> Row(Among(5, 7), Among(3)).at(1)
    [7, 3]
    """

    __slots__ = ("places", "size")

    def __init__(self, *places: Domain) -> None:
        self.places = places
        self.size = math.prod(domain.size for domain in places)

    def __repr__(self) -> str:
        return f"Row({', '.join(map(repr, self.places))})"

    def at(self, index: int) -> list[Any]:
        _inside(index, self.size)
        values = []
        for domain in reversed(self.places):
            index, digit = divmod(index, domain.size)
            values.append(domain.at(digit))
        values.reverse()
        return values

    def index(self, value: Any) -> int:
        if not isinstance(value, Sequence) or len(value) != len(self.places):
            raise ValueError(f"{value!r} is not a list of {len(self.places)}")
        index = 0
        for domain, entry in zip(self.places, value, strict=True):
            index = index * domain.size + domain.index(entry)
        return index


class Either:
    """The values of several domains that have none in common, one domain after the other.

    >>> Either(Range(1, 2), Among("same")).at(2)
    'same'
    """

    __slots__ = ("domains", "size")

    def __init__(self, *domains: Domain) -> None:
        self.domains = domains
        self.size = sum(domain.size for domain in domains)

    def __repr__(self) -> str:
        return f"Either({', '.join(map(repr, self.domains))})"

    def at(self, index: int) -> Any:
        _inside(index, self.size)
        for domain in self.domains:
            if index < domain.size:
                return domain.at(index)
            index -= domain.size
        raise AssertionError("unreachable: the index lies inside")

    def index(self, value: Any) -> int:
        before = 0
        for domain in self.domains:
            try:
                return before + domain.index(value)
            except ValueError:
                before += domain.size
        raise ValueError(f"{value!r} is not in {self}")


def _inside(index: int, size: int) -> None:
    if not 0 <= index < size:
        raise IndexError(f"index {index} lies outside 0..{size - 1}")


def _flatten(value: Any, shape: Sequence[int]) -> Iterator[Any]:
    if not shape:
        yield value
        return
    if not isinstance(value, Sequence) or len(value) != shape[0]:
        raise ValueError(f"{value!r} does not have the length {shape[0]}")
    for entry in value:
        yield from _flatten(entry, shape[1:])


def to_json(value: Any) -> Any:
    """A drawn value as it stands in a JSON file: a fraction becomes the decimal it was written as.

    >>> to_json({"a": Fraction(3, 10)})
    {'a': 0.3}
    """
    kind = type(value)  # isinstance asks abstract base classes, which is slow
    if kind is int or kind is str:
        return value
    if kind is dict:
        return {key: to_json(entry) for key, entry in value.items()}
    if kind is list or kind is tuple:
        return [to_json(entry) for entry in value]
    return float(value) if kind is Fraction or kind is Decimal else value
