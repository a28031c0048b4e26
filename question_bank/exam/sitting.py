"""Sittings: which variants are for which, so that a make-up exam repeats nothing of the first.

Every instance belongs to one sitting, whatever family, slot, blueprint or secret asks for it: half of
all instances to A, half of the others to B, and so on. The first sitting may go beyond its half where
that does not suffice; it is told so, for then a later one may meet the same instances again.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from question_bank.errors import UsageError
from question_bank.space import to_json

FIRST = "A"


@dataclass(frozen=True, slots=True)
class Sitting:
    """One sitting of an exam, called by a letter.

    >>> given = {"input": [32, 32], "kernel": 5}
    >>> [letter for letter in "ABCDEFGH" if Sitting(letter).owns(given)]
    ['D']
    """

    name: str = FIRST

    @property
    def first(self) -> bool:
        """Whether it is the one that a class sits together."""
        return self.name == FIRST

    def owns(self, raw: Mapping[str, Any]) -> bool:
        """Whether an instance is kept for this sitting: one in 2, 4, 8, ... of all."""
        text = json.dumps(to_json(raw), sort_keys=True)
        number = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8, person=b"sitting").digest())
        return 64 - number.bit_length() == ord(self.name) - ord(FIRST)


def named(name: str) -> Sitting:
    """The sitting of a name as it is typed.

    Raises:
        UsageError: it is not one letter. Names are letters for their order says which share each has.

    >>> named("b")
    Sitting(name='B')
    """
    if not re.fullmatch("[A-Za-z]", name):
        raise UsageError(
            f"--sitting: expected one letter, got {name!r}", "A is the first sitting, B and C are make-up exams."
        )
    return Sitting(name.upper())
