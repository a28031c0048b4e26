"""Zips that are the same bytes for the same files, on every machine; and the files of an assignment."""

import io
import stat
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path

from grader.assignment import Assignment
from grader.assignment_folder import COMPILED

_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip can say
_UNIX = 3


def zipped(files: Mapping[str, bytes], executable: Collection[str] = ()) -> bytes:
    """A zip of some files, by name; stored, for what deflate makes depends on who deflates.

    Args:
        files: their contents by name.
        executable: the names of those that are programs.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system = _UNIX
            entry.external_attr = (stat.S_IFREG | (0o755 if name in executable else 0o644)) << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def of_assignment(assignment: Assignment, place: str) -> dict[str, bytes]:
    """Everything in the folder of an assignment, by its name under `place`, but for what is compiled.

    What is hidden beside `assignment.toml`, such as a repository's own folder, is left out.
    """
    found = {path.relative_to(assignment.folder): path for path in assignment.folder.rglob("*") if path.is_file()}
    return {
        f"{place}/{name.as_posix()}": path.read_bytes()
        for name, path in found.items()
        if not COMPILED & set(name.parts) and not name.parts[0].startswith(".")
    }


def text(name: str) -> str:
    """A file that lies here, to go into a zip."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
