"""`assignment new`: a small working assignment to start from."""

import keyword
import os
import re
import sys
import tempfile
from pathlib import Path

from grader.file_names import file_name
from question_bank.errors import MachineError, UsageError
from question_bank.text import TextTemplate

_TEMPLATE = Path(__file__).with_name("new_assignment")
_SLUG = re.compile(r"[a-z][a-z0-9_]{0,59}")
_OURS = {"call", "conftest", "grader", "np", "numpy", "otter", "pytest", "torch"}
_TAKEN = {*keyword.kwlist, *sys.stdlib_module_names, *_OURS}


def new(slug: str, root: Path) -> list[Path]:
    """Write the folder of an assignment; it passes `assignment check` as it is.

    It is filled aside and put in place in one move: it is there whole, or not at all.

    Args:
        slug: its id, and the name of its folder, its files and its function.
        root: the folder to make it in, usually the one of the assignments; made where it is missing.

    Returns:
        The files that were written.

    Raises:
        UsageError: the slug cannot be used, or the folder exists.
        MachineError: the folder cannot be written.
    """
    if not _SLUG.fullmatch(slug):
        raise UsageError(
            f"{slug[:80]!r} cannot be the id of an assignment",
            "Begin with a small letter; then small letters, digits and _, 60 characters at most.",
        )
    if slug in _TAKEN or file_name(slug) != slug:
        raise UsageError(
            f"{slug!r} cannot name the function and the file of students: it means something already",
            f"Choose another, such as my_{slug}.",
        )
    folder = root / slug
    if os.path.lexists(folder):
        raise UsageError(f"{folder} exists", "Choose another name.")
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".convmark-", dir=root) as aside:
            names = _fill(Path(aside, slug), slug)
            Path(aside, slug).rename(folder)
    except OSError as error:
        raise MachineError(
            f"cannot write {folder}: {error.strerror or error}",
            "Name a folder of your own with --in, or work in a clone of the repository;"
            " an installed package is read-only.",
        ) from None
    return [folder / name for name in names]


def _fill(folder: Path, slug: str) -> list[str]:
    """Write the files of the template with the slug in names and texts; their names from the folder on."""
    names = []
    for source in sorted(path for path in _TEMPLATE.rglob("*") if path.is_file()):
        name = source.relative_to(_TEMPLATE).as_posix().removesuffix(".txt").replace("SLUG", slug)
        text = TextTemplate.of(source.read_text(encoding="utf-8")).fill({"slug": slug}.__getitem__)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
        names.append(name)
    return names
