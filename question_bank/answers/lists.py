"""Lists of numbers: shapes, matrices, tensors, orders."""

import json
from dataclasses import dataclass
from typing import Any

from question_bank import numerals, parsing
from question_bank.answers.kind import Kind, encode
from question_bank.answers.numbers import whole


class _List(Kind):
    def _plausible(self, value: Any, key: Any) -> bool:
        return _shape(value) == _shape(key) and (whole(value) or not whole(key))

    def _substantial(self, value: Any, key: Any) -> bool:
        """Each entry by itself: of 48 and 300 a student must not save one. A ragged list is another answer."""
        if not isinstance(key, list | tuple):
            return not isinstance(value, list | tuple) and super()._substantial(value, key)
        if not isinstance(value, list | tuple) or len(value) != len(key):
            return False
        return all(self._substantial(*pair) for pair in zip(value, key, strict=True))


@dataclass(frozen=True)
class Shape(_List):
    """A list of integers: the size of an output, the shape of a tensor."""

    name = "shape"
    ordered = True

    def _read(self, text: str, language: str) -> Any:
        value = text if text.count("=") > 1 else parsing.right_side(text)  # H = 3, W = 4
        return parsing.sequence(parsing.argument(value), language, integers=True)

    def _show(self, value: Any, language: str) -> str:
        sizes = r" \times ".join(numerals.latex(entry, language) for entry in value)
        return f"${sizes}$"

    def _write(self, value: Any, language: str) -> str:
        return "x".join(numerals.plain(entry, language) for entry in value)

    def _plausible(self, value: Any, key: Any) -> bool:
        return len(value) == len(key) and whole(value) and all(entry > 0 for entry in value)

    def _spellings(self, key: Any, language: str) -> tuple[str, ...]:
        entries = [str(entry) for entry in key]
        return ("×".join(entries), f"({', '.join(entries)})", " ".join(entries))


@dataclass(frozen=True)
class Counts(Shape):
    """A list of whole numbers in order, as the parameters of each layer are.

    >>> Counts().parse("1,300; 48", "en"), Counts().write([48, 300], "da")
    ([1300, 48], '48; 300')
    """

    name = "counts"

    def _show(self, value: Any, language: str) -> str:
        between = rf"{_separator(language)}\quad "
        return f"${between.join(numerals.latex(entry, language) for entry in value)}$"

    def _write(self, value: Any, language: str) -> str:
        return f"{_separator(language)} ".join(numerals.plain(entry, language) for entry in value)

    def _plausible(self, value: Any, key: Any) -> bool:
        return len(value) == len(key) and whole(value) and all(entry >= 0 for entry in value)

    def _spellings(self, key: Any, language: str) -> tuple[str, ...]:
        entries = [str(entry) for entry in key]
        return ("; ".join(entries), f"({', '.join(entries)})", " ".join(entries))


def _separator(language: str) -> str:
    return ";" if language in numerals.DECIMAL_COMMA else ","


@dataclass(frozen=True)
class Tensor(_List):
    """Nested lists of numbers, compared entry by entry; an outer list of one may be left out.

    >>> Tensor().equal([[[1, 2], [3, 4]]], [[1, 2], [3, 4]])
    True
    """

    name = "tensor"

    def _equal(self, key: Any, value: Any) -> bool:
        return bool(_inmost(key) == _inmost(value))

    def _encode(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [self._encode(entry) for entry in value]
        stored = encode(value)
        return numerals.nearest_double(value) if isinstance(stored, str) else stored

    def _read(self, text: str, language: str) -> Any:
        return parsing.nested(parsing.argument(parsing.right_side(text)), language)

    def _write(self, value: Any, language: str) -> str:
        return json.dumps(encode(value))


@dataclass(frozen=True)
class Matrix(Tensor):
    """A matrix: a list of rows."""

    name = "matrix"

    def _write(self, value: Any, language: str) -> str:
        return "; ".join(" ".join(numerals.plain(entry, language) for entry in row) for row in value)

    def _spellings(self, key: Any, language: str) -> tuple[str, ...]:
        return ("\n".join(" ".join(map(str, row)) for row in key),)


def _inmost(value: Any) -> Any:
    """The value without outer lists of one."""
    while len(value) == 1 and isinstance(value[0], list | tuple):
        value = value[0]
    return value


def _shape(value: Any) -> tuple[int, ...]:
    shape: tuple[int, ...] = ()
    while isinstance(value, list | tuple) and value:
        shape += (len(value),)
        value = value[0]
    return shape
