"""A student's notebook or Python file as cells of code: read as data, nothing in it is run or looked up.

The kernel that a notebook names is never started; its outputs and its markdown are not looked at.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from grader.escaping import line
from grader.magics import plain

LARGEST_FILE: Final = 20 << 20
LARGEST_CODE: Final = 5 << 20
MOST_CELLS: Final = 5_000
KINDS: Final = (".ipynb", ".py")
IGNORE: Final = "otter_ignore"

_MOST_VALUES = 1_000_000  # lists and tables: each takes up to 50 times its bytes
_CODING = re.compile(rb"^[ \t\f]*+#.*?coding[:=][ \t]*+([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*+(?:#.*)?$")
_UTF_8 = re.compile(r"utf-?8(?:-(?:sig|unix|dos|mac))?")
# codecs of one byte a character in which ASCII is ASCII
_ONE_BYTE = re.compile(
    r"(?:us-)?ascii|latin-?1|(?:iso-?8859-?|l)(?:1|2|5|8|9|15)|(?:windows-?|cp)125[0-8]|cp(?:862|866)|koi8-[ru]"
)
_LANGUAGES = {
    "ir": "R",
    "r": "R",
    "julia": "Julia",
    "javascript": "JavaScript",
    "bash": "bash",
    "octave": "Octave",
    "xcpp": "C++",
}
_HALF = re.compile("[\ud800-\udfff]")


class Unreadable(Exception):
    """A submission cannot be read. The text tells the student why, as a plain sentence."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of code.

    Args:
        number: among the notebook's code cells as a person counts them, from 1.
        code: Python, with as many lines as the student wrote.
        problem: why it must not run, for the student; empty where it may.
    """

    number: int
    code: str
    problem: str = ""


def read(name: str, data: bytes) -> tuple[Cell, ...]:
    r"""The cells of a file that ends in .ipynb or .py.

    A Python file is one cell. In a notebook only code cells count, and those tagged `otter_ignore`
    are left out.

    >>> read("conv2d.py", b"x = 1\n%run other.py\n")[0].problem
    'line 2 is a magic command (%run), which is not run here; remove it'

    Raises:
        Unreadable: it is neither of the two, too large, damaged, in another language, or holds no code.
    """
    if len(data) > LARGEST_FILE:
        raise Unreadable(f"the file has {len(data) / 2**20:.1f} MB, more than the {LARGEST_FILE >> 20} MB allowed")
    if not data.strip():
        raise Unreadable("the file is empty")
    if name.lower().endswith(".ipynb"):
        cells = tuple(_notebook_cells(_parsed(data)))
    elif name.lower().endswith(".py"):
        cells = (_cell(1, _python_text(data)),)
    else:
        raise Unreadable(f"{line(name[-80:])} is neither a notebook (.ipynb) nor a Python file (.py)")
    if sum(len(cell.code.encode()) for cell in cells) > LARGEST_CODE:
        raise Unreadable(f"the code alone is more than the {LARGEST_CODE >> 20} MB allowed")
    return cells


def _cell(number: int, code: str) -> Cell:
    if _HALF.search(code):
        return Cell(number, "", "the cell holds half of a character (a lone surrogate), which Python cannot read")
    return Cell(number, *plain(code))


def _python_text(data: bytes) -> str:
    """A Python file as text, in the encoding it declares (PEP 263) when that is a known one."""
    if b"\0" in data:
        raise Unreadable("the file holds NUL bytes, as UTF-16 text and binary files do; save it as UTF-8 text")
    marked = data.startswith(b"\xef\xbb\xbf")
    data = data[3:] if marked else data
    declared = _declared(data)
    codec = declared.lower().replace("_", "-") or "utf-8"
    if _UTF_8.fullmatch(codec):
        codec = "utf-8"
    elif marked or not _ONE_BYTE.fullmatch(codec):
        found = "begins as UTF-8 but" if marked else "is no UTF-8 text: it"
        raise Unreadable(f"the file {found} declares the encoding {line(declared[:40])}; save it as UTF-8")
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        where = data.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"line {where} of the file is no {codec} text; save it as UTF-8") from None


def _declared(data: bytes) -> str:
    """The encoding named in a comment of the first two lines; empty where none is."""
    for row in re.split(rb"\r\n?|\n", data[:2000], maxsplit=2)[:2]:
        if found := _CODING.match(row):
            return found[1].decode("ascii", "replace")
        if not _BLANK.match(row):
            break
    return ""


def _parsed(data: bytes) -> dict[str, Any]:
    """The JSON of a notebook."""
    if data.count(b"[") + data.count(b"{") > _MOST_VALUES:
        raise Unreadable("the notebook holds too many lists and tables; clear its outputs and save it again")
    try:
        # numbers are never needed exactly, and a huge integer would take long to read
        found = json.loads(data.decode("utf-8-sig"), parse_int=float)
    except UnicodeDecodeError:
        raise Unreadable("the notebook is no UTF-8 text; save it again in Jupyter") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Unreadable(f"the notebook is damaged: it is not valid JSON ({where})") from None
    except RecursionError:
        raise Unreadable("the notebook is damaged: its JSON is nested too deeply") from None
    except MemoryError:
        raise Unreadable("the notebook is too large to be read") from None
    if not isinstance(found, dict):
        raise Unreadable("the file is not a notebook: its JSON is no table")
    return found


def _notebook_cells(notebook: dict[str, Any]) -> Iterator[Cell]:
    """The cells of code of a notebook of format 4 or 3."""
    _refuse_other_languages(notebook.get("metadata"))
    sources = list(_sources(notebook))
    if not sources:
        raise Unreadable("the notebook has no code cells")
    if len(sources) > MOST_CELLS:
        raise Unreadable(f"the notebook has {len(sources):,} code cells, more than the {MOST_CELLS:,} allowed")
    kept = [(number, cell, code) for number, (cell, code) in enumerate(sources, 1) if not _ignored(cell)]
    if not kept:
        raise Unreadable(f"the notebook has no code cells but those tagged {IGNORE}")
    for number, cell, code in kept:
        language = _of(cell, "metadata", "vscode", "languageId")
        if isinstance(language, str) and language in ("r", "julia"):
            yield Cell(number, "", f"the cell is marked as {_language(language)}, not as Python")
        else:
            yield _cell(number, code)


def _sources(notebook: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Each code cell with its code, in the notebook's order."""
    version = notebook.get("nbformat", 4.0)
    if version == 4 and not isinstance(version, bool):
        cells, key = _list(notebook.get("cells"), "cells"), "source"
    elif version == 3:
        sheets = [_table(sheet, "worksheet") for sheet in _list(notebook.get("worksheets"), "worksheets")]
        cells, key = [cell for sheet in sheets for cell in _list(sheet.get("cells"), "cells")], "input"
    else:
        shown = f"{version:g}" if isinstance(version, float) else "unknown"
        raise Unreadable(f"the notebook's format is {shown}; save it in format 4 (any Jupyter of today does)")
    number = 0
    for cell in cells:
        if _table(cell, "cell").get("cell_type") != "code":
            continue
        number += 1
        language = cell.get("language", "python") if key == "input" else "python"
        if isinstance(language, str) and not _is_python(language):
            raise Unreadable(f"code cell {number} is written in {_language(language)}, not in Python")
        yield cell, _text(cell.get(key), number)


def _list(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise Unreadable(f"the notebook is damaged: its {what} are no list")
    return value


def _table(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Unreadable(f"the notebook is damaged: a {what} of it is no table")
    return value


def _text(source: Any, number: int) -> str:
    """The code of a cell: a text, or a list of its lines."""
    if isinstance(source, str):
        return source
    if isinstance(source, list) and all(isinstance(each, str) for each in source):
        return "".join(source)
    raise Unreadable(f"the notebook is damaged: the code of code cell {number} is no text")


def _ignored(cell: dict[str, Any]) -> bool:
    tags = _of(cell, "metadata", "tags")
    return isinstance(tags, list) and IGNORE in tags


def _of(value: Any, *path: str) -> Any:
    """What lies at a path of tables; None where it ends early."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _refuse_other_languages(metadata: Any) -> None:
    kernel = _of(metadata, "kernelspec", "name")
    stated = [_of(metadata, "language_info", "name"), _of(metadata, "kernelspec", "language")]
    known = [each for each in stated if isinstance(each, str) and each.strip()]
    if not known and isinstance(kernel, str) and re.split(r"[-\d. ]", kernel)[0].lower() in _LANGUAGES:
        known = [kernel]
    for language in known:
        if not _is_python(language):
            raise Unreadable(f"the notebook is written in {_language(language)}, not in Python")


def _is_python(language: str) -> bool:
    return language.strip().lower() in ("", "py") or re.match(r"\s*i?python", language, re.IGNORECASE) is not None


def _language(name: str) -> str:
    plain_name = re.split(r"[-\d. ]", name.strip())[0].lower()
    return _LANGUAGES.get(plain_name) or line(name[:40])
