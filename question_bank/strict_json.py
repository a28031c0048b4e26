"""JSON as we take it and as we write it.

What comes in is strict: no NaN, no doubled keys, no numbers or nesting beyond reason; decimals
stay as they were written. What goes out is UTF-8 in one fixed form, so that equal values are equal bytes.
"""

import json
from collections.abc import Sequence
from decimal import Decimal
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


def rows(content: bytes, name: str, remedy: str, needs: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The rows of a JSON-lines file of ours.

    Args:
        content: of the file; only a line feed ends a line, whatever else a text may hold.
        name: what to call the file in a message.
        remedy: what to do about a damaged one.
        needs: the keys that must hold a text in every row.

    Raises:
        UsageError: a line is no such row; the message names it.
    """
    found = []
    for number, line in enumerate(content.split(b"\n"), 1):
        if not line:
            continue
        try:
            row = json.loads(line.decode("utf-8"))
            good = isinstance(row, dict) and all(isinstance(row.get(key), str) for key in needs)
        except (ValueError, RecursionError):
            good = False
        if not good:
            raise UsageError(f"{name}: line {number} is damaged", remedy)
        found.append(row)
    return found
