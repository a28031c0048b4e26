"""What a results file keeps of the ledger, and how a ledger is made from these files again.

Only the last attempt of each submission and the overrides that stand come back; the times are those
of the rebuilding.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.records import Attempt, Override
from question_bank.errors import UsageError

RESULTS = "results"


def kept(attempt: Attempt) -> dict[str, Any]:
    """What is needed to bring an attempt back, as part of its results file."""
    return {"record": attempt.row(), "overrides": [override.row() for override in attempt.overrides]}


def files(folder: Path) -> list[Path]:
    """The results files of a folder, by name in order."""
    return sorted((folder / RESULTS).glob("*.json"))


def entries(folder: Path) -> Iterator[Attempt | Override]:
    """The attempts of the results files, each followed by its overrides.

    Raises:
        UsageError: a file is damaged, or two are of one submission.
    """
    seen: dict[str, Path] = {}
    for path in files(folder):
        attempt, overrides = _read(path)
        if attempt.id in seen:
            raise UsageError(
                f"{seen[attempt.id]} and {path.name} are both of the submission {attempt.id!a}", "Remove the copy."
            )
        seen[attempt.id] = path
        yield attempt
        yield from overrides


def attempt_of(row: Any) -> Attempt:
    """An attempt from JSON that may be damaged.

    Raises:
        ValueError: it is none.
    """
    attempt: Attempt = _whole(Attempt, row)
    if type(attempt.attempt) is not int or attempt.attempt < 1:
        raise ValueError("no number of an attempt")
    return attempt


def override_of(row: Any) -> Override:
    """An override from JSON that may be damaged.

    Raises:
        ValueError: it is none.
    """
    override: Override = _whole(Override, row)
    return override


def _whole(kind: Any, row: Any) -> Any:
    try:
        entry = kind.of(row)
        whole = isinstance(entry.id, str) and isinstance(entry.sha256, str) and entry.row() == row
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError):
        whole = False
    if not whole:
        raise ValueError(f"no whole {kind.__name__.lower()}")
    return entry


def _read(path: Path) -> tuple[Attempt, list[Override]]:
    try:
        document = json.loads(path.read_bytes())
        attempt = attempt_of(document["record"])
        overrides = [override_of(row) for row in document["overrides"]]
        if any(override.id != attempt.id for override in overrides):
            raise ValueError("overrides of another submission")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", "Make it readable.") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UsageError(
            f"{path} is damaged: it does not hold what the ledger would need",
            "Restore it, or remove it: its submission is then graded again, and overrides of it are lost.",
        ) from None
    return attempt, overrides
