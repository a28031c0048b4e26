"""Lists of numbers: shapes, matrices, tensors, orders."""

from dataclasses import dataclass
from typing import Any

from question_bank import numerals, parsing
from question_bank.answers.kind import Fabricated, Kind, encode


class _List(Kind):
    def plausible(self, value: Any, key: Any) -> bool:
        return value is None or key is None or _shape(value) == _shape(key)


@dataclass(frozen=True)
class Shape(_List):
    """A list of integers: the size of an output, the shape of a tensor."""

    name = "shape"
    ordered = True

    def _read(self, text: str, language: str) -> Any:
        return parsing.sequence(text, language)

    def show(self, value: Any, language: str) -> str:
        if value is None:
            return Kind.show(self, value, language)
        sizes = r" \times ".join(numerals.latex(entry, language) for entry in value)
        return f"${sizes}$"

    def write(self, value: Any, language: str) -> str:
        if value is None:
            return Kind.write(self, value, language)
        return "x".join(numerals.plain(entry, language) for entry in value)

    def plausible(self, value: Any, key: Any) -> bool:
        if value is None or key is None:
            return True
        return len(value) == len(key) and all(entry > 0 for entry in value)

    def fabricate(self, key: Any, language: str) -> Fabricated:
        texts = Kind.fabricate(self, key, language)
        if key is None:
            return texts
        entries = [str(entry) for entry in key]
        more = ("×".join(entries), f"({', '.join(entries)})", " ".join(entries))
        return Fabricated((*texts.right, *more), texts.invalid)


@dataclass(frozen=True)
class Tensor(_List):
    """Nested lists of numbers, compared entry by entry."""

    name = "tensor"

    def _read(self, text: str, language: str) -> Any:
        return parsing.nested(text, language)

    def write(self, value: Any, language: str) -> str:
        return Kind.write(self, value, language) if value is None else str(encode(value))


@dataclass(frozen=True)
class Matrix(Tensor):
    """A matrix: a list of rows."""

    name = "matrix"

    def write(self, value: Any, language: str) -> str:
        if value is None:
            return Kind.write(self, value, language)
        return "; ".join(" ".join(numerals.plain(entry, language) for entry in row) for row in value)

    def fabricate(self, key: Any, language: str) -> Fabricated:
        texts = Kind.fabricate(self, key, language)
        rows = [" ".join(map(str, row)) for row in key or ()]
        return Fabricated((*texts.right, "\n".join(rows)) if key else texts.right, texts.invalid)


def _shape(value: Any) -> tuple[int, ...]:
    shape: tuple[int, ...] = ()
    while isinstance(value, list | tuple) and value:
        shape += (len(value),)
        value = value[0]
    return shape
