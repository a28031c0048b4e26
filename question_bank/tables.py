"""CSV tables as instructors and their spreadsheets write them.

UTF-8 with or without a byte-order mark, columns split by commas or semicolons, cells of any
length. What we write cannot be taken for a formula by a spreadsheet, and reads back as it was.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from question_bank.errors import UsageError

# where a spreadsheet begins a cell; a semicolon begins one where the comma is the decimal mark
_BEGINNING = r"(^|[;,\n\r\t])"
_COMPUTED = re.compile(rf"{_BEGINNING}(?='*[=+\-@\t\r])")
_PROTECTED = re.compile(rf"{_BEGINNING}'(?='*[=+\-@\t\r])")


@dataclass(frozen=True, slots=True)
class Row:
    """A row with the line of the file it begins on; `surplus` holds the cells of no column."""

    line: int
    cells: Mapping[str, str]
    surplus: tuple[str, ...] = ()


def read(path: Path, columns: Sequence[str], *, lenient: bool = False) -> list[Row]:
    """Read a table that has at least these columns; empty lines are skipped.

    Args:
        path: the file.
        columns: the columns that must be there.
        lenient: bytes that are not UTF-8 spoil only their own cell, short and long rows only
            themselves. A row that is too long because its last column held the table's own
            separator without quotes is put together again.

    Raises:
        UsageError: the file is missing or not UTF-8, a quote does not close, or a column or cell
            is missing; the message names the line.
    """
    text = _text(path, lenient=lenient)
    mark = _separator(text)
    records = _records(text, mark, path.name)
    _, first = next(records, (1, []))
    names = [name.strip() for name in first]
    missing = [column for column in columns if column not in names]
    if missing:
        raise UsageError(
            f"{path.name}: the column {missing[0]} is missing", f"The first line must name {','.join(columns)}."
        )
    doubled = [name for name in names if name and names.count(name) > 1]
    if doubled:
        raise UsageError(f"{path.name}: the column {doubled[0]} stands twice", "Remove one of them.")
    rows = []
    for line, cells in records:
        if not any(cells):
            continue
        row = _row(line, cells, names, columns[-1] if lenient else "", mark)
        if not lenient and (len(cells) < len(row.cells) or row.surplus):
            raise UsageError(
                f"{path.name}: line {line} has {len(cells)} cells, not {len(row.cells)}",
                "Complete the line, put quotes around cells that hold commas, or name every column.",
            )
        rows.append(row)
    return rows


def header(path: Path) -> list[str]:
    """The first row of a table as it is.

    Raises:
        UsageError: the file is missing, or a quote does not close.
    """
    text = _text(path, lenient=True)
    return next(_records(text, _separator(text), path.name), (1, []))[1]


def records(path: Path) -> list[tuple[int, list[str]]]:
    """All rows of a table as they are, the header among them, each with the line it begins on.

    For tables of other programs, where several columns may have one name. Empty lines are skipped, and bytes
    that are not UTF-8 spoil only their own cell.

    Raises:
        UsageError: the file is missing, or a quote does not close.
    """
    text = _text(path, lenient=True)
    return [(line, cells) for line, cells in _records(text, _separator(text), path.name) if any(cells)]


def _separator(text: str) -> str:
    header, _, _ = text.partition("\n")
    return ";" if header.count(";") > header.count(",") else ","


def _text(path: Path, *, lenient: bool) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", "Name an existing CSV file.") from None
    try:
        text = raw.decode("utf-16" if raw[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig")
    except UnicodeDecodeError as error:
        if not lenient:
            line = raw[: error.start].count(b"\n") + 1
            raise UsageError(f"{path.name}: line {line} is not UTF-8", "Save the file as CSV in UTF-8.") from None
        text = raw.decode("utf-8-sig", errors="replace")
    return text.replace("\0", "\ufffd")


def _records(text: str, mark: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """The records of a table, each with the line it begins on."""
    csv.field_size_limit(2**31 - 1)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise UsageError(
                f"{name}: line {_open_quote(text, mark, line)}: a quote opens a cell here, and no quote ends the cell",
                'Close it, or write quotes inside a cell twice (""). Nothing after it was read.',
            ) from None
        if cells is None:
            return
        yield line, cells


def _open_quote(text: str, mark: str, line: int) -> int:
    """The line of the first cell, from this line on, whose quote does not close."""
    rest = "".join(list(io.StringIO(text, newline=""))[line - 1 :])
    cell = re.compile(rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"{mark}\r\n][^{mark}\r\n]*+|)(?:{mark}|\r\n?|\n)')
    place = 0
    while found := cell.match(rest, place):
        place = found.end()
    return line + len(re.findall(r"\r\n?|\n", rest[:place]))


def _row(line: int, cells: list[str], header: list[str], last: str, mark: str) -> Row:
    """A record as a row; the column `last` takes what is too much, if it ends the header."""
    names = _without_empty_end(header)
    cells = [*cells, *[""] * (len(names) - len(cells))]
    surplus = _without_empty_end(cells[len(names) :])
    cells = cells[: len(names)]
    if surplus and last and header[-1] == last:
        cells[-1] = mark.join([cells[-1], *surplus])
        surplus = []
    return Row(
        line, {name: _PROTECTED.sub(r"\1", cell) for name, cell in zip(names, cells, strict=True)}, tuple(surplus)
    )


def _without_empty_end(cells: list[str]) -> list[str]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]


def harmless(cell: str) -> str:
    """The cell as a spreadsheet will show it: a quote before what it would compute.

    >>> harmless("=1+1"), harmless("1;-2"), harmless("0.5")
    ("'=1+1", "1;'-2", '0.5')
    """
    return _COMPUTED.sub(r"\1'", cell)


def write(columns: Sequence[str], rows: Iterable[Sequence[str | float | None]]) -> str:
    """The text of a table, all texts in it harmless; numbers stay numbers, and None is an empty cell."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return buffer.getvalue()
