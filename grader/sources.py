"""Where the submissions of a folder of results came from: sources.json, for whoever runs one again.

The ledger knows a submission by its hash, and no place; a place may change.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader import assignment as assignments
from grader import files
from grader.assignment import Assignment
from grader.assignment_folder import NAME as TOML
from grader.intake import Entry
from grader.records import SCHEMA
from question_bank.errors import UsageError

NAME = "sources.json"


@dataclass(frozen=True, slots=True)
class Sources:
    """The folder of the assignment, and the path of each submission by its id."""

    assignment: Path
    submissions: Mapping[str, Path]


def remember(folder: Path, assignment: Assignment, entries: Iterable[Entry]) -> None:
    """Note where submissions lie; those of earlier runs stay noted.

    Raises:
        MachineError: the folder cannot be written.
    """
    known = dict(read(folder).submissions) if (folder / NAME).is_file() else {}
    known |= {entry.id: entry.path.absolute() for entry in entries}
    table = {
        "schema": SCHEMA,
        "assignment": str(assignment.folder.absolute()),
        "submissions": {name: str(path) for name, path in sorted(known.items())},
    }
    files.write(folder / NAME, json.dumps(table, indent=1).encode())


def read(folder: Path) -> Sources:
    """What was noted; nothing where the file is gone or damaged, for nothing depends on it but a replay."""
    try:
        table = json.loads((folder / NAME).read_bytes())
        return Sources(Path(table["assignment"]), {name: Path(path) for name, path in table["submissions"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Sources(Path(), {})


def assignment_of(folder: Path, slug: str) -> Assignment:
    """The assignment that a folder of results is about: where it lay, else the shipped one of its name.

    Raises:
        UsageError: it is in neither place.
    """
    noted = read(folder).assignment
    if (noted / TOML).is_file() and noted != Path():
        return assignments.read(noted)
    try:
        return assignments.find(slug)
    except UsageError:
        raise UsageError(
            f"the assignment {slug} of {folder} is not where it was", "Grade once more with its new place."
        ) from None
