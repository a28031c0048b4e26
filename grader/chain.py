"""The chain through all rows of a ledger: each row's hash covers its content and the hash before it.

There is no secret in it: whoever can write the file can write another history that is whole in
itself. Only a last hash that was kept elsewhere shows that.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def start(assignment: str, schema: int) -> str:
    """The hash before the first row; it binds the ledger to its assignment."""
    return link("", "about", {"schema": schema, "assignment": assignment})


def link(previous: str, table: str, row: Mapping[str, Any]) -> str:
    """The hash of a row that follows the one with the hash `previous`."""
    return hashlib.sha256(f"{previous}\n{canonical({'table': table, **row})}".encode("ascii")).hexdigest()


def canonical(value: Any) -> str:
    r"""JSON in one fixed form, all of it ASCII, so that equal values are equal bytes.

    >>> canonical({"b": "é", "a": [1, None]})
    '{"a":[1,null],"b":"\\u00e9"}'
    """
    return json.dumps(value, ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":"))
