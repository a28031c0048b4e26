"""JSON as we take it and as we write it.

What comes in is strict: no NaN, no doubled keys, no numbers or nesting beyond reason; decimals
stay as they were written. What goes out is UTF-8 in one fixed form, so that equal values are equal bytes.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from question_bank.errors import UsageError

_MOST_DIGITS = 1_000


def loads(text: str, where: str) -> Any:
    """Read one JSON document; decimals come as Decimal.

    Args:
        text: the document.
        where: what to call it in a message, such as "line 3".

    Raises:
        UsageError: it is no JSON, or holds NaN, infinities, doubled keys or huge numbers.

    >>> loads('{"a": 0.10}', "the given")
    {'a': Decimal('0.10')}
    """

    def refuse(word: str) -> Any:
        raise UsageError(f"{where}: {word} is not a number in JSON")

    def digits(kind: type) -> Any:
        def read(number: str) -> Any:
            if len(number) > _MOST_DIGITS:
                raise UsageError(f"{where}: a number has over {_MOST_DIGITS} digits")
            return kind(number)

        return read

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            raise UsageError(f"{where}: a key stands twice: {ascii([name for name, _ in pairs])[:80]}")
        return result

    try:
        return json.loads(
            text,
            parse_constant=refuse,
            parse_int=digits(int),
            parse_float=digits(Decimal),
            object_pairs_hook=unique,
        )
    except json.JSONDecodeError as error:
        raise UsageError(f"{where}: this is not JSON: {error.msg} at character {error.pos}") from None
    except RecursionError:
        raise UsageError(f"{where}: lists are nested too deeply") from None


def line(row: Any) -> str:
    """One row as a line of JSON, without its line break."""
    return json.dumps(row, ensure_ascii=False, allow_nan=False)


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a JSON-lines file of ours."""
    with path.open(encoding="utf-8") as file:
        for number, text in enumerate(file, 1):
            try:
                yield json.loads(text)
            except ValueError:
                raise UsageError(
                    f"{path.name}: line {number} is damaged", "Restore the file or generate the exam anew."
                ) from None
