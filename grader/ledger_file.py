"""The file of a ledger: its tables, how it is made, opened and held against its chain.

A new one is made aside and renamed, so the file is whole or absent; what else lies under its name is
damaged or foreign. All changes are single transactions, on the disk before they count (WAL,
synchronous FULL).
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any

from grader import chain, files
from question_bank.errors import MachineError, UsageError

SCHEMA = 1
NAME = "ledger.sqlite"
BESIDE = ("-wal", "-shm", "-journal")
COLUMNS = {
    "attempts": (
        "number", "id", "sha256", "suite_sha256", "attempt", "status", "score", "max_score", "isolation",
        "finished_at", "record",
    ),
    "overrides": ("number", "id", "task", "points", "by", "reason", "at", "record"),
}  # fmt: skip

_TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL, chain TEXT NOT NULL);
CREATE TABLE attempts (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL, sha256 TEXT NOT NULL, suite_sha256 TEXT NOT NULL,
  attempt INTEGER NOT NULL, status TEXT NOT NULL, score NUMERIC, max_score NUMERIC NOT NULL,
  isolation TEXT NOT NULL, finished_at TEXT NOT NULL, record TEXT NOT NULL, chain TEXT NOT NULL UNIQUE);
CREATE TABLE overrides (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL, task TEXT NOT NULL, points NUMERIC, by TEXT NOT NULL,
  reason TEXT NOT NULL, at TEXT NOT NULL, record TEXT NOT NULL, chain TEXT NOT NULL UNIQUE);
"""
# the last of them because INSERT OR REPLACE takes a row away without a word to the others
_APPENDED_ONLY = """
CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table}
  BEGIN SELECT RAISE(ABORT, 'the ledger is only appended to'); END;
CREATE TRIGGER {table}_kept BEFORE DELETE ON {table}
  BEGIN SELECT RAISE(ABORT, 'the ledger is only appended to'); END;
CREATE TRIGGER {table}_in_order BEFORE INSERT ON {table}
  WHEN NEW.number <> (SELECT number + 1 FROM head)
  BEGIN SELECT RAISE(ABORT, 'the ledger is only appended to'); END;
"""
_THE_MACHINES = frozenset(
    {
        sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOLFS,
        sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_INTERRUPT,
    }
)  # fmt: skip

Row = dict[str, Any]


class Damaged(Exception):
    """The file is no whole ledger of ours; the text says what is wrong."""


def make(path: Path, assignment: str, rows: Sequence[tuple[str, Row]] = ()) -> None:
    """Make a ledger with these rows (table, content without its number); `path` must be free.

    Raises:
        MachineError: the folder cannot be written.
    """
    partial = path.with_name(f".{NAME}.partial")
    try:
        for ending in ("", *BESIDE):
            Path(f"{partial}{ending}").unlink(missing_ok=True)
        with refused(path), closing(sqlite3.connect(partial, isolation_level=None)) as connection:
            configure(connection)
            with transaction(connection):
                for statement in _statements():
                    connection.execute(statement)
                first = chain.start(assignment, SCHEMA)
                connection.executemany(
                    "INSERT INTO about VALUES (?, ?)", [("schema", str(SCHEMA)), ("assignment", assignment)]
                )
                connection.execute("INSERT INTO head VALUES (1, 0, ?)", (first,))
                for table, row in rows:
                    append(connection, table, row)
        partial.replace(path)  # closing it took its log along
        _settle(path.parent)
    except OSError as error:
        raise files.failed(path, error) from None


def connect(path: Path, *, to_write: bool) -> sqlite3.Connection:
    """Open a ledger that is there.

    One that is only read may lie in a folder that cannot be written, and may be growing meanwhile.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    # without a log to consult, and no right to make one, the file alone is the ledger
    alone = not os.access(path.parent, os.W_OK) and not os.path.lexists(f"{path}-wal")
    mode = "ro&immutable=1" if alone and not to_write else "rw"  # "ro" would leave a log and its index behind
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
    )
    if not to_write:
        connection.execute("PRAGMA query_only = ON")
    return connection


def verified(connection: sqlite3.Connection, assignment: str | None) -> tuple[str, list[tuple[str, Row]]]:
    """The assignment of a ledger and all its rows (table, content) in order, held against the chain.

    Raises:
        Damaged: it is no ledger, or not as it was written.
        UsageError: it is a ledger of another assignment, or of a newer Convmark.
        sqlite3.Error: it cannot be read.
    """
    with transaction(connection, "DEFERRED"):
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise Damaged(f"the database is broken: {found}")
        about = dict(connection.execute("SELECT name, value FROM about"))
        slug = _assignment(about, assignment)
        rows = [(table, row) for table in COLUMNS for row in _rows(connection, table)]
        heads = connection.execute("SELECT number, chain FROM head").fetchall()
    rows.sort(key=lambda each: each[1]["number"])
    previous = chain.start(slug, SCHEMA)
    for number, (table, row) in enumerate(rows, 1):
        link = row.pop("chain")
        try:
            follows = row["number"] == number and link == chain.link(previous, table, row)
        except ValueError:
            follows = False
        if not follows:
            raise Damaged(f"row {number} does not follow from the row before: it was changed, or one was taken out")
        previous = link
    if heads != [(len(rows), previous)]:
        raise Damaged("its last rows were cut off or written anew")
    return slug, rows


def append(connection: sqlite3.Connection, table: str, content: Mapping[str, Any]) -> tuple[int, str]:
    """Append a row within a transaction; its number and its hash."""
    number, previous = connection.execute("SELECT number + 1, chain FROM head").fetchone()
    row = {name: _storable(content[name]) for name in COLUMNS[table][1:]}
    row = {"number": number, **row}
    link = chain.link(previous, table, row)
    marks = ", ".join("?" * (len(row) + 1))
    connection.execute(f"INSERT INTO {table} VALUES ({marks})", (*row.values(), link))  # noqa: S608  # ours
    connection.execute("UPDATE head SET number = ?, chain = ?", (number, link))
    return number, link


def configure(connection: sqlite3.Connection) -> None:
    """Set a ledger that is written to: a transaction is on the disk when it ends."""
    for setting in ("busy_timeout = 5000", "journal_mode = WAL", "synchronous = FULL", "trusted_schema = OFF"):
        connection.execute(f"PRAGMA {setting}")


@contextmanager
def transaction(connection: sqlite3.Connection, kind: str = "IMMEDIATE") -> Iterator[None]:
    """All that the block does, or nothing of it."""
    connection.execute(f"BEGIN {kind}")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def refused(path: Path) -> Iterator[None]:
    """Turn what this machine refuses into MachineError; what is wrong with the file becomes Damaged."""
    try:
        yield
    except sqlite3.Error as error:
        if is_the_machines(error):
            raise MachineError(
                f"cannot use {path}: {error}",
                "Make room, let go of the file, or choose another --out; running again completes what is missing.",
            ) from None
        raise Damaged(str(error)) from None


def is_the_machines(error: sqlite3.Error) -> bool:
    """Whether disk, memory or permissions are at fault, and not the content of the file."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _THE_MACHINES


def _statements() -> list[str]:
    appended = [_APPENDED_ONLY.format(table=table) for table in COLUMNS]
    text = "\n".join([_TABLES, *appended])
    statements, statement = [], ""
    for line in text.splitlines():
        statement += f"{line}\n"
        if sqlite3.complete_statement(statement):
            statements.append(statement)
            statement = ""
    return statements


def _assignment(about: Mapping[str, str], expected: str | None) -> str:
    schema, slug = about.get("schema"), about.get("assignment")
    if not isinstance(slug, str) or not isinstance(schema, str) or not schema.isascii() or not schema.isdigit():
        raise Damaged("it does not say of which assignment it is")
    if int(schema) > SCHEMA:
        raise UsageError(f"{NAME} has the schema {schema}; this Convmark knows {SCHEMA}", "Install a newer Convmark.")
    if int(schema) != SCHEMA:
        raise Damaged(f"it has the schema {schema}")
    if expected is not None and slug != expected:
        raise UsageError(
            f"the folder holds the grading of the assignment {slug}, not of {expected}", "Choose another --out."
        )
    return slug


def _rows(connection: sqlite3.Connection, table: str) -> list[Row]:
    names = (*COLUMNS[table], "chain")
    columns = ", ".join(f'"{name}"' for name in names)
    rows = connection.execute(f"SELECT {columns} FROM {table}").fetchall()  # noqa: S608  # ours
    found = [dict(zip(names, row, strict=True)) for row in rows]
    if any(isinstance(value, bytes) for row in found for value in row.values()):
        raise Damaged(f"a row of {table} holds bytes in place of text")
    return sorted(found, key=itemgetter("number"))


def _storable(value: Any) -> Any:
    """Text that any reader of the database can read; the record keeps what was written."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def _settle(folder: Path) -> None:
    """See to it that a new name in a folder is on the disk."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
