"""Files, folders and zips that people name, as submissions with their hashes.

A submission is a .ipynb, a .py, a .zip or a folder. Of a folder or a zip one file is graded: the
notebook or Python file named like the assignment, else the only notebook, else the only Python file;
all others in it are left alone. What a student did wrong becomes the reason of a rejected submission;
what this machine cannot read is an error of ours.
"""

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from grader import archive, notebook, outside
from grader.escaping import line
from grader.file_names import file_name, folded, readable
from grader.notebook import Cell, Unreadable
from question_bank.errors import MachineError, UsageError

__all__ = ["Entry", "Submission", "collect", "file_name", "fingerprint", "read"]

KINDS: Final = (*notebook.KINDS, ".zip")
_NAMED_IN_A_REASON = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One submission that has not been read yet: its id, and the file or folder it lies in."""

    id: str
    path: Path


@dataclass(frozen=True, slots=True)
class Submission:
    """One submission as it was read, once.

    Args:
        id: the stem of its file, or the name of its folder, as written.
        sha256: of the bytes that were read.
        cells: what is to be run.
        rejected: why it cannot be read, told to the student; then there are no cells.
    """

    id: str
    sha256: str
    cells: tuple[Cell, ...]
    rejected: str = ""


def collect(paths: Sequence[Path]) -> tuple[Entry, ...]:
    """The submissions that paths name, by id, numbers in them by their size.

    A folder stands for its entries: files that end in .ipynb, .py or .zip, and folders; hidden ones,
    `__MACOSX`, `__pycache__` and other files are passed over. A link is a submission that will be
    rejected, but for a folder that is named as a path.

    Raises:
        UsageError: a path that is not there or of another kind, a folder with nothing to grade, an id
            that is empty, two entries whose ids are the same or that some file system takes for the same.
        MachineError: a folder cannot be listed.
    """
    known: dict[str, Entry] = {}
    for path in paths:
        for entry in _entries(path):
            if not entry.id.strip():
                raise UsageError(f"{_shown(entry.path)} has no name before its end", "Rename it to the student's id.")
            other = known.setdefault(folded(entry.id), entry)
            if other is not entry:
                same = "the same id" if other.id == entry.id else "ids that some file systems take for one"
                raise UsageError(
                    f"{_shown(other.path)} and {_shown(entry.path)} have {same} ({line(entry.id)})",
                    "Rename or remove one of them.",
                )
    return tuple(sorted(known.values(), key=lambda entry: _natural(entry.id)))


def fingerprint(entry: Entry) -> str:
    """The hash of a submission as it lies there now: what `read` would state.

    Raises:
        MachineError: it is gone or cannot be read; never the student's fault.
    """
    return _contents(entry).sha256


def read(entry: Entry, slug: str) -> Submission:
    """Read a submission.

    Args:
        entry: where it lies.
        slug: of the assignment: of several files the one of this name counts.

    Raises:
        MachineError: it is gone, changes while it is read, or cannot be read; never the student's fault.
    """
    found = _contents(entry)
    try:
        if found.problem:
            raise Unreadable(found.problem)
        cells = _cells(entry.path.name, dict(found.files), slug)
    except Unreadable as error:
        return Submission(entry.id, found.sha256, (), line(str(error)))
    return Submission(entry.id, found.sha256, cells)


def _entries(path: Path) -> list[Entry]:
    """The submissions that one path names."""
    found = _listed_in(path)
    if found is None:
        if not _is_kind(path.name):
            raise UsageError(f"{_shown(path)} is no submission", f"Name a folder, or files ending in {_listed(KINDS)}.")
        return [Entry(_id(path.name), path)]
    if not found:
        remedy = f"Name a folder that holds folders or files ending in {_listed(KINDS)}."
        raise UsageError(f"nothing to grade in {_shown(path)}", remedy)
    return sorted(found, key=lambda entry: os.fsencode(entry.path))


def _listed_in(path: Path) -> list[Entry] | None:
    """The submissions in a folder; None where the path is no folder."""
    try:
        path.lstat()
        if not path.is_dir():
            return None
        with os.scandir(path) as listed:
            entries = [_entry(path, each) for each in listed if not outside.ignored(each.name)]
    except (FileNotFoundError, NotADirectoryError, ValueError):  # the last: a NUL in the name
        raise UsageError(f"{_shown(path)} does not exist", "Name files or folders of submissions.") from None
    except OSError as error:
        raise MachineError(
            f"cannot read {_shown(path)}: {error.strerror}", "Make it readable for the grader and run again."
        ) from None
    return [entry for entry in entries if entry is not None]


def _entry(folder: Path, listed: "os.DirEntry[str]") -> Entry | None:
    if listed.is_dir():
        return Entry(readable(listed.name), folder / listed.name)
    return Entry(_id(listed.name), folder / listed.name) if _is_kind(listed.name) else None


def _is_kind(name: str) -> bool:
    return name.lower().endswith(KINDS)


def _id(name: str) -> str:
    return readable(name[: name.rindex(".")])


def _shown(path: Path) -> str:
    return line(readable(str(path)))


def _natural(name: str) -> tuple[list[tuple[int, str]], str]:
    pieces = re.split("([0-9]+)", name)
    return [(int(piece), "") if place % 2 else (0, folded(piece)) for place, piece in enumerate(pieces)], name


def _contents(entry: Entry) -> outside.Contents:
    is_zip = entry.path.name.lower().endswith(".zip")
    return outside.contents(entry.path, archive.LARGEST_TOTAL if is_zip else notebook.LARGEST_FILE)


def _cells(name: str, files: dict[str, bytes], slug: str) -> tuple[Cell, ...]:
    if "" in files and not name.lower().endswith(".zip"):
        return notebook.read(name, files[""])
    if "" in files:
        files = archive.extract(files[""])
    chosen = _chosen(files, slug)
    return notebook.read(chosen, files[chosen])


def _chosen(files: Iterable[str], slug: str) -> str:
    """The file of a folder or zip that is graded."""
    names = [name for name in files if not any(map(outside.ignored, name.split("/")))]
    for named in (True, False):
        for end in notebook.KINDS:
            found = [name for name in names if _fits(name, slug if named else "", end)]
            if len(found) == 1:
                return found[0]
            if found:
                wanted = f"{slug}{end}" if named else f"{end}, and none is called {slug}{end}"
                raise Unreadable(f"which file is meant? There are several {wanted}: {_listed(found)}")
    there = f"only {_listed(names)}" if names else "it is empty"
    raise Unreadable(f"there is no notebook (.ipynb) and no Python file (.py) in it: {there}")


def _fits(name: str, stem: str, end: str) -> bool:
    name = name.rpartition("/")[2].lower()
    return name == f"{stem.lower()}{end}" if stem else name.endswith(end)


def _listed(names: Sequence[str]) -> str:
    shown = [line(readable(name))[-80:] for name in names[:_NAMED_IN_A_REASON]]
    more = [f"{len(names) - len(shown)} more"] if len(names) > len(shown) else []
    return ", ".join([*shown, *more])
