"""Several named values in one answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from question_bank.answers.kind import Invalid, Kind
from question_bank.parsing import Unreadable


@dataclass(frozen=True)
class Record(Kind):
    """Several named values: a JSON object, `name = value` pairs split by `;`, or values in order."""

    fields: Mapping[str, Kind] = field(default_factory=dict)
    name = "record"

    def _read(self, text: str, language: str) -> Any:
        pieces = [piece for piece in _pieces(text.strip("{} "), len(self.fields)) if piece.strip()]
        if len(pieces) != len(self.fields):
            raise Unreadable("not_a_record")
        values: dict[str, Any] = {}
        for place, piece in zip(self.fields, pieces, strict=True):
            label, mark, rest = piece.replace(":", "=").partition("=")
            name = label.strip(" \"'") if mark else place
            if name not in self.fields or name in values:
                raise Unreadable("not_a_record")
            value = self.fields[name].parse(rest if mark else piece, language)
            if isinstance(value, Invalid):
                raise Unreadable(value.reason, value.what)
            values[name] = value
        return values

    def _equal(self, key: Any, value: Any) -> bool:
        return all(kind.equal(key[name], value.get(name)) for name, kind in self.fields.items())

    def agrees(self, key: Any, measured: Any) -> bool:
        if key is None or measured is None:
            return key is measured
        return all(kind.agrees(key[name], measured[name]) for name, kind in self.fields.items())

    def _encode(self, value: Any) -> Any:
        return {name: kind.encode(value[name]) for name, kind in self.fields.items()}

    def _decode(self, stored: Any) -> Any:
        return {name: kind.decode(stored[name]) for name, kind in self.fields.items()}

    def _show(self, value: Any, language: str) -> str:
        return ", ".join(f"{name} = {kind.show(value[name], language)}" for name, kind in self.fields.items())

    def _write(self, value: Any, language: str) -> str:
        return "; ".join(f"{name} = {kind.write(value[name], language)}" for name, kind in self.fields.items())

    def options(self) -> dict[str, Any]:
        return {"fields": {name: {"kind": kind.name, **kind.options()} for name, kind in self.fields.items()}}


def _pieces(text: str, count: int) -> Sequence[str]:
    """Split at `;` or line breaks, else at commas outside brackets."""
    if ";" in text or "\n" in text or count == 1:
        return text.replace("\n", ";").split(";")
    pieces, depth = [""], 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += character
    return pieces
