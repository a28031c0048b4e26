"""CSV tables as instructors and their spreadsheets write them.

UTF-8 with or without a byte-order mark, columns split by commas or semicolons, cells of any
length. What we write cannot be taken for a formula by a spreadsheet.
"""

import csv
import io
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from question_bank.errors import UsageError

_FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Row:
    """A row with the line of the file it ends on."""

    line: int
    cells: Mapping[str, str]


def read(path: Path, columns: Sequence[str], *, lenient: bool = False) -> list[Row]:
    """Read a table that has at least these columns; empty lines are skipped.

    Args:
        path: the file.
        columns: the columns that must be there.
        lenient: bytes that are not UTF-8 spoil only their own cell, short rows only themselves.

    Raises:
        UsageError: the file is missing or not UTF-8, or a column or cell is missing.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}", "Name an existing CSV file.") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if not lenient:
            line = raw[: error.start].count(b"\n") + 1
            raise UsageError(f"{path.name}: line {line} is not UTF-8", "Save the file as CSV in UTF-8.") from None
        text = raw.decode("utf-8-sig", errors="replace")
    header, _, _ = text.partition("\n")
    mark = ";" if header.count(";") > header.count(",") else ","
    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(io.StringIO(text.replace("\0", "\ufffd"), newline=""), delimiter=mark)
    rows = []
    try:
        names = [name.strip() for name in next(reader, [])]
        missing = [column for column in columns if column not in names]
        if missing:
            raise UsageError(
                f"{path.name}: the column {missing[0]} is missing", f"The first line must name {','.join(columns)}."
            )
        doubled = [name for name in names if name and names.count(name) > 1]
        if doubled:
            raise UsageError(f"{path.name}: the column {doubled[0]} stands twice", "Remove one of them.")
        for cells in reader:
            if not any(cells):
                continue
            if len(cells) < len(names) and not lenient:
                raise UsageError(
                    f"{path.name}: line {reader.line_num} has {len(cells)} cells, not {len(names)}",
                    "Complete the line, or put quotes around cells that hold commas.",
                )
            padded = [*cells, *[""] * (len(names) - len(cells))]
            rows.append(Row(reader.line_num, dict(zip(names, padded, strict=False))))
    except csv.Error as error:
        raise UsageError(f"{path.name}: line {reader.line_num}: {error}", "Save the file as CSV again.") from None
    return rows


def harmless(cell: str) -> str:
    """The cell as a spreadsheet will show it: a quote before what it would compute.

    >>> harmless("=1+1"), harmless("0.5")
    ("'=1+1", '0.5')
    """
    return f"'{cell}" if cell.startswith(_FORMULA_MARKS) else cell


def write(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The text of a table, all cells harmless."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return buffer.getvalue()
