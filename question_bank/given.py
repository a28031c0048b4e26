"""What a question gives: the keys of a `given`, how each is read, and the symbol it goes by.

A family declares its `given` as a `Schema` of fields. The schema reads a dictionary, drawn or
typed by an instructor, into a `Given`, or refuses it with the reason. It also makes the
*symbolic twin* of a `Given`: the same structure with a sympy symbol in place of every number.
A family derives its answer once from the twin; `leaves` are the numbers that the symbols stand
for, in the same order. What stays concrete in the twin (words, flags, structural counts, the
length of a list, defaults that were not stated) is the *skeleton*: two instances with equal
skeletons share one derivation.
"""

from collections.abc import Hashable, Mapping
from typing import Any

from question_bank.errors import BankError, Refused
from question_bank.fields import REQUIRED, Field, InputSize, PerAxis, short


class Given:
    """The values of a `given`, read and checked; an attribute for each key.

    `stated` holds the keys that were there; the others have their defaults. `dimensions` is the
    number of spatial axes where the schema has any field per axis.
    """

    __slots__ = ("_values", "dimensions", "stated")

    def __init__(self, values: Mapping[str, Any], stated: frozenset[str], dimensions: int = 0) -> None:
        self._values = values
        self.stated = stated
        self.dimensions = dimensions

    def __getattr__(self, name: str) -> Any:
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(f"no key {name!r} in this given") from None


class Schema:
    """The keys of a family's `given`.

    >>> schema = Schema(input=InputSize(), kernel=PerAxis("K"), stride=PerAxis("S", default=1))
    >>> given = schema.read({"input": [5, 7], "kernel": 3})
    >>> given.input, given.kernel, given.stride, given.dimensions, sorted(given.stated)
    ((5, 7), 3, 1, 2, ['input', 'kernel'])
    >>> schema.symbols(given)
    [H, W, K]
    >>> schema.leaves(given)
    [5, 7, 3]
    """

    def __init__(self, **fields: Field) -> None:
        self.fields = fields
        self._per_axis = tuple(name for name, field in fields.items() if isinstance(field, PerAxis))
        self._inputs = tuple(name for name, field in fields.items() if isinstance(field, InputSize))

    def read(self, raw: Any) -> Given:
        """Read a `given`.

        Raises:
            Refused: a key is missing or unknown, a value has the wrong type or lies out of range,
                or lists per axis disagree.
        """
        if not isinstance(raw, Mapping):
            raise Refused(f"expected an object with the keys {', '.join(self.fields)}, got {short(raw)}")
        unknown = raw.keys() - self.fields.keys()
        if unknown:
            raise Refused(f"unknown key: {short(min(unknown))[1:-1]} (known: {', '.join(self.fields)})")
        values: dict[str, Any] = {}
        for name, field in self.fields.items():
            if name in raw:
                values[name] = field.read(raw[name], name)
            elif field.default is REQUIRED:
                raise Refused(f"missing key: {name}")
            else:
                values[name] = field.default
        return Given(values, frozenset(raw), self._agree(values) if self._per_axis else 0)

    def _agree(self, values: dict[str, Any]) -> int:
        axes = {len(values[name]) for name in self._per_axis if isinstance(values[name], tuple)}
        if len(axes) > 1:
            raise Refused(f"the lists give different numbers of axes: {', '.join(map(str, sorted(axes)))}")
        number = axes.pop() if axes else 1
        for name in self._inputs:
            if not isinstance(values[name], tuple):
                values[name] = (values[name],) * number
        return number

    def twin(self, given: Given) -> Given:
        """The same structure with a symbol for every number that was stated."""
        from sympy import Integer

        values = {}
        for name, field in self.fields.items():
            value = getattr(given, name)
            if name in given.stated:
                values[name] = field.twin(value)
            else:
                values[name] = Integer(value) if type(value) is int else value
        return Given(values, given.stated, given.dimensions)

    def symbols(self, given: Given) -> list[Any]:
        """The symbols of the twin, in the order of `leaves`.

        Raises:
            BankError: two of the keys go by the same symbol.
        """
        twin = self.twin(given)
        keys: dict[Any, str] = {}
        for name, field in self.fields.items():
            for symbol in field.symbols(getattr(twin, name)) if name in given.stated else ():
                if symbol in keys:
                    raise BankError(
                        f"the keys {keys[symbol]} and {name} go by the same symbol, {symbol}",
                        "Give each key a letter of its own.",
                    )
                keys[symbol] = name
        return list(keys)

    def leaves(self, given: Given) -> list[Any]:
        """The numbers that were stated, flattened."""
        return [
            leaf
            for name, field in self.fields.items()
            if name in given.stated
            for leaf in field.leaves(given._values[name])  # noqa: SLF001  # the hot path
        ]

    def skeleton(self, given: Given) -> Hashable:
        """Everything a derivation may depend on besides the leaves."""
        return tuple(
            [
                (name, field.skeleton(given._values[name]))  # noqa: SLF001  # the hot path
                for name, field in self.fields.items()
                if name in given.stated
            ]
        )
