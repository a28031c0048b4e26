"""For authors of hidden tests: a table of cases, each with the title that a student may read."""

from collections.abc import Iterable
from typing import Any

import pytest


def titled(rows: Iterable[tuple[Any, ...]]) -> list[Any]:
    """What `pytest.mark.parametrize` takes, from rows whose first entry is the case's title.

    The title names the test too, so it says what is looked at and gives nothing away:

        @pytest.mark.parametrize(("size", "stride"), titled([("stride 2 and a row left over", 8, 2)]))
    """
    return [
        pytest.param(*values, id=title.replace(" ", "-"), marks=pytest.mark.title(title)) for title, *values in rows
    ]
