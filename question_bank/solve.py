"""`bank solve`: the answers to any instance, drawn or typed by an instructor."""

from collections.abc import Iterable, Iterator
from typing import Any

from question_bank import registry, strict_json
from question_bank.errors import BankError, ConvmarkError, UsageError
from question_bank.question import worked
from question_bank.space import to_json


def solve(family_id: str, raw: Any, language: str = "en") -> dict[str, Any]:
    """Answer one instance.

    Args:
        family_id: "topic/name".
        raw: its given, as FAMILIES' catalogue describes it.
        language: the language of the steps' texts.

    Raises:
        UsageError: no such family.
        Refused: the given makes no sense; the message says why.

    >>> solve("convolution/output_size", {"input": [32], "kernel": 5, "padding": 2})["answers"]
    {'size': [32]}
    """
    family = registry.get(family_id)
    solved = family.solve(raw)
    kinds = {part.name: family.kind(part, solved.line) for part in family.parts if part.listed}
    return {
        "family": family.id,
        "version": family.version,
        "given": to_json(raw),
        "answers": {name: kind.encode(solved.answers[name]) for name, kind in kinds.items()},
        "steps": worked(family, solved, language),
    }


def solve_lines(lines: Iterable[str], language: str = "en") -> Iterator[tuple[str, bool]]:
    """Answer a stream of {"family", "given"} lines: exactly one line out for each, and whether it was solved."""
    for number, text in enumerate(lines, 1):
        try:
            row = strict_json.loads(text.removeprefix("\ufeff"), f"line {number}")
            if not isinstance(row, dict) or not {"family", "given"} <= row.keys():
                raise UsageError(f'line {number}: expected an object with the keys "family" and "given"')
            yield strict_json.line(solve(str(row["family"]), row["given"], language)), True
        except ConvmarkError as error:
            yield strict_json.line({"error": error.message}), False
        except Exception as error:  # noqa: BLE001  # one instance must not end the stream
            fault = BankError(f"line {number}: a fault of ours: {type(error).__name__}: {error}")
            yield strict_json.line({"error": fault.message}), False
