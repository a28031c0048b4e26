"""The ledger: appended, chained, alone; damage, full disks and kill -9."""

import contextlib
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from grader import files, report
from grader.ledger import Ledger
from grader.records import Attempt, Status, TestOutcome, TestStatus
from question_bank.errors import MachineError, UsageError

from .killed import ASSIGNMENT, attempt_of
from .test_records import attempts

NOON = datetime(2030, 1, 2, 12, tzinfo=UTC)
HOSTILE = [
    "דנה 😀",
    "=cmd()|'/c calc'!A1",
    "<script>alert(1)</script>",
    "../../x",
    "a\0b",
    "half \udc80",
    "x" * 300,
    "",
    "a\x1b[2J\nb",
]
CHILD = [sys.executable, str(Path(__file__).with_name("killed.py"))]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def an_attempt(submission: str = "anna", number: int = 1, sha256: str = "a", status: Status = Status.GRADED) -> Attempt:
    tests = (
        TestOutcome("v", "values", "V", "hidden", TestStatus.PASSED, Fraction(1, 3), Fraction(4)),
        TestOutcome("d", "dilation", "D", "hidden", TestStatus.FAILED, Fraction(0), Fraction(2)),
    )
    return Attempt(submission, sha256, "suite", number, status, tests, Fraction(6), "standard")


def opened(folder: Path, **options: object) -> contextlib.AbstractContextManager[Ledger]:
    return Ledger.open(folder, "conv2d", **options)  # type: ignore[arg-type]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def rows(folder: Path, query: str) -> list[tuple]:
    with contextlib.closing(sqlite3.connect(folder / "ledger.sqlite")) as connection:
        return connection.execute(query).fetchall()


def tampered(folder: Path, *statements: str) -> None:
    """Change the file as somebody with a database browser could."""
    with contextlib.closing(sqlite3.connect(folder / "ledger.sqlite", isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


def a_folder(folder: Path) -> Path:
    """Three submissions with their files, and an override."""
    with opened(folder) as ledger:
        for submission in ("anna", "ben", "chen"):
            ledger.append(an_attempt(submission))
        ledger.override("ben", "values", Fraction(7, 2), by="Dr. X", reason="typing error")
        report.restore(folder, ledger, ASSIGNMENT, str)
    return folder


# --- what it holds ---


def test_attempts_come_back(tmp_path: Path) -> None:
    with opened(tmp_path / "new" / "out", clock=lambda: NOON) as ledger:
        first = ledger.append(an_attempt("ben"))
        second = ledger.append(an_attempt(), NOON.astimezone(timezone(timedelta(hours=2))) + timedelta(seconds=1))
        assert ledger.chain == second != first
        inside = ledger.latest()
    with opened(tmp_path / "new" / "out") as ledger:
        assert ledger.latest() == inside == {"anna": an_attempt(), "ben": an_attempt("ben")}
        assert list(ledger.latest()) == ["anna", "ben"]
        assert ledger.chain == second
    columns = "id, sha256, suite_sha256, attempt, status, score, max_score, isolation, finished_at, chain"
    assert rows(tmp_path / "new/out", f"SELECT {columns} FROM attempts ORDER BY number") == [
        ("ben", "a", "suite", 1, "graded", 0.3333, 6, "standard", "2030-01-02T12:00:00Z", first),
        ("anna", "a", "suite", 1, "graded", 0.3333, 6, "standard", "2030-01-02T12:00:01Z", second),
    ]
    assert rows(tmp_path / "new/out", "SELECT value FROM about WHERE name = 'schema'") == [("1",)]
    assert rows(tmp_path / "new/out", "PRAGMA journal_mode") == [("wal",)]
    assert names(tmp_path / "new/out") == ["ledger.sqlite"]


def test_regrading_appends(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        assert ledger.next_attempt("anna") == 1
        ledger.append(an_attempt(status=Status.UNGRADED))
        assert ledger.next_attempt("anna") == 2
        ledger.append(an_attempt(number=2))
        assert [each.status for each in ledger.attempts("anna")] == [Status.UNGRADED, Status.GRADED]
        assert ledger.latest()["anna"].attempt == 2
        assert ledger.attempts("nobody") == ()
        for wrong in (1, 2, 4):
            with pytest.raises(ValueError, match="the next is 3"):
                ledger.append(an_attempt(number=wrong))
    assert rows(tmp_path, "SELECT attempt, score FROM attempts ORDER BY number") == [(1, None), (2, 0.3333)]


def test_done_is_the_last_attempt_at_these_bytes_by_this_suite(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        ledger.append(an_attempt(sha256="old"))
        assert ledger.done("anna", "old", "suite") == an_attempt(sha256="old")
        assert ledger.done("anna", "old", "another suite") is None
        assert ledger.done("ben", "old", "suite") is None
        ledger.append(an_attempt(number=2, sha256="new"))
        assert ledger.done("anna", "old", "suite") is None  # handed in again, it would have to count again
        assert ledger.done("anna", "new", "suite") is not None


def test_a_time_needs_its_zone(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger, pytest.raises(ValueError, match="zone"):
        ledger.append(an_attempt(), datetime(2030, 1, 1))


@pytest.mark.parametrize("submission", HOSTILE)
def test_any_id_is_kept_as_it_is(tmp_path: Path, submission: str) -> None:
    with opened(tmp_path) as ledger:
        ledger.append(an_attempt(submission))
        ledger.override(submission, "values", Fraction(4), by=submission or "x", reason=submission or "x")
    with opened(tmp_path) as ledger:
        assert ledger.latest() == {submission: an_attempt(submission)}
        assert ledger.effective(submission).score == 4
    assert len(rows(tmp_path, "SELECT id FROM attempts")) == 1


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(attempts)
def test_any_attempt_comes_back(tmp_path: Path, attempt: Attempt) -> None:
    with opened(tmp_path) as ledger:
        number = ledger.next_attempt(attempt.id)
        ledger.append(Attempt.of({**attempt.row(), "attempt": number}))
    with Ledger.read(tmp_path) as ledger:
        assert ledger.latest()[attempt.id].row() == {**attempt.row(), "attempt": number}


def test_many_threads_append(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        threads = [
            threading.Thread(target=lambda part=part: [ledger.append(an_attempt(f"{part}-{n}")) for n in range(10)])
            for part in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with opened(tmp_path) as ledger:
        assert len(ledger.latest()) == 40


# --- overrides ---


def test_an_override_settles_a_flag_and_survives_regrades(tmp_path: Path) -> None:
    with opened(tmp_path, clock=lambda: NOON) as ledger:
        ledger.append(an_attempt(status=Status.FLAGGED))
        assert ledger.effective("anna").score is None
        after = ledger.override("anna", "values", Fraction(5, 2), by="Dr. X", reason="looked at it")
        assert (after.status, after.score) == (Status.GRADED, Fraction(5, 2))
        assert ledger.latest()["anna"].status is Status.FLAGGED
        ledger.append(an_attempt(number=2, status=Status.FLAGGED))
        assert ledger.effective("anna").score == Fraction(5, 2)
    with opened(tmp_path) as ledger:
        assert ledger.effective("anna").score == Fraction(5, 2)
        assert ledger.results()["anna"] == ledger.effective("anna")
        ledger.append(an_attempt(number=3, sha256="other", status=Status.FLAGGED))
        assert ledger.effective("anna").status is Status.FLAGGED  # nobody has seen these bytes
        assert ledger.effective("anna").tasks[0].points == Fraction(5, 2)
    assert rows(tmp_path, 'SELECT id, task, points, "by", reason, at FROM overrides') == [
        ("anna", "values", 2.5, "Dr. X", "looked at it", "2030-01-02T12:00:00Z")
    ]


def test_the_last_override_of_a_task_stands_and_can_be_taken_back(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        ledger.append(an_attempt())
        ledger.override("anna", "values", Fraction(4), by="x", reason="a")
        ledger.override("anna", "dilation", Fraction(2), by="x", reason="b")
        assert ledger.override("anna", "values", Fraction(1), by="y", reason="c").score == 3
        assert ledger.override("anna", "values", None, by="y", reason="d").score == Fraction(7, 3)
        assert [each.reason for each in ledger.overrides("anna")] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("submission", "task", "points", "by", "reason", "message"),
    [
        ("ben", "values", 1, "x", "y", "no submission ben"),
        ("anna", "borders", 1, "x", "y", "no task borders"),
        ("anna", "values", 5, "x", "y", "cannot have 5 points"),
        ("anna", "values", -1, "x", "y", "cannot have -1 points"),
        ("anna", "values", 1, " ", "y", "who decided"),
        ("anna", "values", 1, "x", "", "who decided"),
        ("\x1b[2J", "values", 1, "x", "y", "no submission �"),
    ],
)
def test_overrides_that_make_no_sense(
    tmp_path: Path, submission: str, task: str, points: int, by: str, reason: str, message: str
) -> None:
    with opened(tmp_path) as ledger:
        ledger.append(an_attempt())
        with pytest.raises(UsageError, match=message):
            ledger.override(submission, task, Fraction(points), by=by, reason=reason)
        assert ledger.overrides("anna") == ()


def test_points_where_nothing_was_run(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        ledger.append(Attempt("anna", "a", "s", 1, Status.REJECTED, (), Fraction(6), "standard"))
        with pytest.raises(UsageError, match="no task values"):
            ledger.override("anna", "values", Fraction(1), by="x", reason="y")
        assert ledger.override("anna", "values", Fraction(1), by="x", reason="y", max_points=Fraction(4)).score == 1


# --- appended only, and chained ---


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM attempts", "UPDATE attempts SET score = 6", "DELETE FROM overrides", "UPDATE overrides SET points = 4",
        "INSERT OR REPLACE INTO attempts SELECT number, id, sha256, suite_sha256, attempt, status, 6, max_score, isolation, finished_at, record, chain FROM attempts",
    ],
)  # fmt: skip
def test_the_database_itself_refuses_changes(tmp_path: Path, statement: str) -> None:
    a_folder(tmp_path)
    connection = sqlite3.connect(tmp_path / "ledger.sqlite")
    with contextlib.closing(connection), pytest.raises(sqlite3.IntegrityError, match="only appended to"):
        connection.execute(statement)


TAMPERING = [
    "UPDATE attempts SET score = 6 WHERE id = 'anna'",
    "UPDATE attempts SET record = replace(record, '1/3', '4/1') WHERE id = 'anna'",
    "UPDATE attempts SET finished_at = '2030-01-01T00:00:00Z' WHERE number = 3",
    "UPDATE overrides SET reason = 'none'",
    "UPDATE attempts SET chain = 'x' WHERE number = 2",
    "DELETE FROM attempts WHERE number = 2",
    "DELETE FROM overrides",  # the last row
    "DELETE FROM attempts",
    "UPDATE head SET number = 0",
    "DELETE FROM head",
    "DROP TABLE overrides",
    "DELETE FROM about",
    "UPDATE about SET value = '0' WHERE name = 'schema'",
    "UPDATE about SET value = x'ff' WHERE name = 'assignment'",
    "UPDATE attempts SET id = x'ff00' WHERE number = 1",
    "UPDATE attempts SET score = 9e999 WHERE number = 1",
    "INSERT INTO attempts SELECT 9, id, sha256, suite_sha256, 2, status, 6, max_score, isolation, finished_at, record, 'x' FROM attempts WHERE id = 'anna'",
]  # fmt: skip


@pytest.mark.parametrize("statement", TAMPERING)
def test_any_change_shows_and_the_file_is_kept_aside(tmp_path: Path, statement: str) -> None:
    tampered(a_folder(tmp_path), statement)
    content = (tmp_path / "ledger.sqlite").read_bytes()
    with pytest.raises(UsageError, match="--rebuild-ledger"), Ledger.read(tmp_path):
        pass
    with (
        pytest.raises(
            UsageError, match=r"kept as ledger\.damaged-1\.sqlite.\nRun again with --rebuild-ledger"
        ) as caught,
        opened(tmp_path),
    ):
        pass
    assert caught.value.exit_code == 2
    assert (tmp_path / "ledger.damaged-1.sqlite").read_bytes() == content
    assert not (tmp_path / "ledger.sqlite").exists()
    with pytest.raises(UsageError, match="--rebuild-ledger"), opened(tmp_path):  # never silently anew
        pass


def rebuilt(folder: Path, damage: int = 1) -> None:
    with opened(folder, from_results=True) as ledger:
        assert set(ledger.latest()) == {"anna", "ben", "chen"}
        assert ledger.effective("ben").score == Fraction(7, 2)
        assert report.restore(folder, ledger, ASSIGNMENT, str) == []
    assert len(list(folder.glob("ledger.damaged-*.sqlite"))) == damage
    with opened(folder) as ledger:
        ledger.append(an_attempt(number=2))


def test_it_is_made_again_from_the_results(tmp_path: Path) -> None:
    tampered(a_folder(tmp_path), TAMPERING[0])
    with pytest.raises(UsageError), opened(tmp_path):
        pass
    rebuilt(tmp_path)
    tampered(tmp_path, TAMPERING[0])
    rebuilt_from = (tmp_path / "ledger.damaged-1.sqlite").read_bytes()
    with opened(tmp_path, from_results=True) as ledger:
        assert len(ledger.latest()) == 3
    assert (tmp_path / "ledger.damaged-1.sqlite").read_bytes() == rebuilt_from
    assert (tmp_path / "ledger.damaged-2.sqlite").exists()


def test_a_whole_ledger_is_not_made_again(tmp_path: Path) -> None:
    a_folder(tmp_path)
    shutil.rmtree(tmp_path / "results")
    with opened(tmp_path, from_results=True) as ledger:
        assert len(ledger.latest()) == 3


def test_a_ledger_that_was_taken_away_is_missed(tmp_path: Path) -> None:
    a_folder(tmp_path)
    (tmp_path / "ledger.sqlite").unlink()
    (tmp_path / "ledger.sqlite-wal").write_bytes(b"the log of the one that went")
    with pytest.raises(UsageError, match="is not there"), opened(tmp_path):
        pass
    with opened(tmp_path, from_results=True) as ledger:
        assert len(ledger.latest()) == 3
    assert (tmp_path / "ledger.damaged-1.sqlite-wal").read_bytes() == b"the log of the one that went"


@pytest.mark.parametrize("content", [b"", b"\0" * 5000, b"PK\x03\x04 no ledger", b"SQLite format 3\0" + b"\xff" * 4080])
def test_a_foreign_file_is_kept_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(content)
    with pytest.raises(UsageError, match="--rebuild-ledger"), opened(tmp_path):
        pass
    assert (tmp_path / "ledger.damaged-1.sqlite").read_bytes() == content


def test_another_programs_database_is_not_changed(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "ledger.sqlite")) as connection:
        connection.execute("CREATE TABLE accounts (sum)")
    content = (tmp_path / "ledger.sqlite").read_bytes()
    with pytest.raises(UsageError, match="no such table"), opened(tmp_path):
        pass
    assert (tmp_path / "ledger.damaged-1.sqlite").read_bytes() == content


def test_another_assignments_ledger_stays_where_it_is(tmp_path: Path) -> None:
    a_folder(tmp_path)
    with pytest.raises(UsageError, match="the assignment conv2d, not of lenet5"), Ledger.open(tmp_path, "lenet5"):
        pass
    with opened(tmp_path) as ledger:
        assert len(ledger.latest()) == 3


def test_a_newer_ledger_stays_where_it_is(tmp_path: Path) -> None:
    tampered(a_folder(tmp_path), "UPDATE about SET value = '2' WHERE name = 'schema'")
    with pytest.raises(UsageError, match="newer Convmark"), opened(tmp_path):
        pass
    assert (tmp_path / "ledger.sqlite").exists()


def test_a_broken_index_shows_before_it_is_needed(tmp_path: Path) -> None:
    a_folder(tmp_path)
    page = rows(tmp_path, "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_attempts_1'")[0][0]
    size = rows(tmp_path, "PRAGMA page_size")[0][0]
    content = bytearray((tmp_path / "ledger.sqlite").read_bytes())
    content[(page - 1) * size : page * size] = b"\xff" * size
    (tmp_path / "ledger.sqlite").write_bytes(content)
    with pytest.raises(UsageError, match="--rebuild-ledger"), opened(tmp_path):
        pass


@pytest.mark.parametrize("seed", range(25))
def test_bytes_that_rot_are_found_or_harmless(tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    content = bytearray((a_folder(tmp_path) / "ledger.sqlite").read_bytes())
    if seed % 5 == 0:
        del content[draw.randrange(len(content)) :]
    else:
        for _ in range(draw.choice([1, 1, 40])):
            content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    (tmp_path / "ledger.sqlite").write_bytes(content)
    try:
        with opened(tmp_path) as ledger:
            assert len(ledger.latest()) == 3
            assert ledger.effective("ben").score == Fraction(7, 2)
    except UsageError:
        assert (tmp_path / "ledger.sqlite").exists() or (tmp_path / "ledger.damaged-1.sqlite").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"\xff",
        b"[" * 100_000,
        b'{"record": {}, "overrides": []}',
        b'{"record": {"id": 5}, "overrides": 3}',
    ],
)
def test_a_damaged_results_file_is_named(tmp_path: Path, content: bytes) -> None:
    a_folder(tmp_path)
    (tmp_path / "ledger.sqlite").unlink()
    (tmp_path / "results" / "ben.json").write_bytes(content)
    with pytest.raises(UsageError, match=r"ben\.json is damaged"), opened(tmp_path, from_results=True):
        pass
    (tmp_path / "results" / "ben.json").unlink()
    with opened(tmp_path, from_results=True) as ledger:
        assert set(ledger.latest()) == {"anna", "chen"}


@pytest.mark.parametrize(
    ("field", "value"),
    [("max_score", "6.0"), ("attempt", "1"), ("attempt", 0), ("status", "good"), ("more", 1), ("tests", [{}])],
)
def test_a_record_that_is_not_as_it_was_written_is_damaged(tmp_path: Path, field: str, value: object) -> None:
    a_folder(tmp_path)
    (tmp_path / "ledger.sqlite").unlink()
    path = tmp_path / "results" / "ben.json"
    document = json.loads(path.read_bytes())
    document["record"][field] = value
    path.write_text(json.dumps(document))
    with pytest.raises(UsageError, match=r"ben\.json is damaged"), opened(tmp_path, from_results=True):
        pass


def test_two_results_files_of_one_submission_are_named(tmp_path: Path) -> None:
    a_folder(tmp_path)
    (tmp_path / "ledger.sqlite").unlink()
    shutil.copy(tmp_path / "results/ben.json", tmp_path / "results/ben (copy).json")
    with pytest.raises(UsageError, match=r"ben\.json are both of"), opened(tmp_path, from_results=True):
        pass


# --- alone, and beside readers ---


def test_a_second_grader_is_turned_away(tmp_path: Path) -> None:
    with opened(tmp_path), pytest.raises(UsageError, match="another grader") as caught, opened(tmp_path):
        pass
    assert caught.value.exit_code == 2
    with opened(tmp_path):
        pass
    assert not (tmp_path / files.LOCK).exists()


def test_a_reader_needs_no_lock_and_leaves_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        ledger.append(an_attempt())
        with Ledger.read(tmp_path) as reader:
            ledger.append(an_attempt("ben"))
            assert set(reader.latest()) == {"anna"}
    before = names(tmp_path)
    with Ledger.read(tmp_path, "conv2d") as reader:
        assert set(reader.latest()) == {"anna", "ben"}
        with pytest.raises(MachineError):
            reader.append(an_attempt("chen"))
    assert names(tmp_path) == before == ["ledger.sqlite"]


def test_there_must_be_something_to_read(tmp_path: Path) -> None:
    for remedy in ("that `grade` wrote", "--rebuild-ledger"):
        with pytest.raises(UsageError, match=r"holds no ledger\.sqlite") as error, Ledger.read(tmp_path):
            pass
        assert remedy in error.value.remedy
        (tmp_path / "results").mkdir(exist_ok=True)


# --- a machine that cannot ---


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as ledger:
        ledger.append(an_attempt())
        pages = ledger._connection.execute("PRAGMA page_count").fetchone()[0]
        ledger._connection.execute(f"PRAGMA max_page_count = {pages}")
        big = [an_attempt("x" * 100_000)]
        with pytest.raises(MachineError, match="full") as caught:
            ledger.append(big[0])
        assert caught.value.exit_code == 3
        assert list(ledger.latest()) == ["anna"]
    with opened(tmp_path) as ledger:
        assert list(ledger.latest()) == ["anna"]
        ledger.append(big[0])


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))


def test_a_run_on_a_full_disk_ends_and_the_next_completes(tmp_path: Path) -> None:
    done = subprocess.run(
        [*CHILD, str(tmp_path), "30"], env=ENVIRONMENT, capture_output=True, text=True, preexec_fn=limited, check=False
    )
    assert "MachineError: cannot use" in done.stderr, done.stdout + done.stderr
    subprocess.run([*CHILD, str(tmp_path), "30"], env=ENVIRONMENT, check=True, capture_output=True)
    complete(tmp_path, 30)


def test_no_room_for_a_results_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(MachineError, match=r"cannot write .*No space left"):
        files.write(tmp_path / "a.json", b"x")
    assert names(tmp_path) == []


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    assert files.write(path, b"old")
    whole = Path.write_bytes

    def half(self: Path, content: bytes) -> int:
        whole(self, content[: len(content) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(MachineError):
        files.write(path, b"new and longer")
    assert (path.read_bytes(), names(tmp_path)) == (b"old", ["a.json"])


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="is a file"), opened(tmp_path / "file"):
        pass
    with pytest.raises(MachineError, match="cannot write"), opened(tmp_path / "file" / "out"):
        pass
    (tmp_path / "out" / "ledger.sqlite").mkdir(parents=True)
    with pytest.raises(MachineError, match="cannot use"), opened(tmp_path / "out"):
        pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody who may not write")
def test_somebody_who_may_only_read(tmp_path: Path) -> None:
    a_folder(tmp_path)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_mode & 0o777 == 0o700:
            folder.chmod(0o755)
    code = "\n".join(
        [
            "import sys; from pathlib import Path; from grader.ledger import Ledger",
            "from question_bank.errors import MachineError",
            "import os; os.setgroups([]); os.setgid(65534); os.setuid(65534)",
            "with Ledger.read(Path(sys.argv[1])) as ledger: print(len(ledger.latest()))",
            "try:",
            "    with Ledger.open(Path(sys.argv[1]), 'conv2d'): pass",
            "except MachineError as error: print(error)",
        ]
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("3\ncannot write"), done.stdout + done.stderr
    assert names(tmp_path) == ["feedback", "ledger.sqlite", "results"]


# --- kill -9 ---


def complete(folder: Path, count: int) -> None:
    with opened(folder) as ledger:
        assert ledger.latest() == {f"s{n}": attempt_of(n, 1) for n in sorted(range(count), key=lambda n: f"s{n}")}
        assert report.restore(folder, ledger, ASSIGNMENT, str) == []
    assert rows(folder, "SELECT count(*), count(DISTINCT id) FROM attempts") == [(count, count)]
    left = [path.name for path in folder.rglob("*") if path.is_file()]
    assert len(left) == 2 * count + 3, left
    assert not [name for name in left if "damaged" in name or "partial" in name]


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "ledger.sqlite"
    }


def test_kill_9_at_any_moment(tmp_path: Path) -> None:
    count, draw = 400, random.Random(4)
    run = [*CHILD, str(tmp_path / "killed"), str(count)]
    said: set[str] = set()
    kills = ended = 0
    while kills < 20 and not ended:
        child = subprocess.Popen(run, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True)
        assert child.stdout
        if draw.random() < 0.8:
            child.stdout.readline()  # "open": else somewhere in the start
            time.sleep(draw.random() * 0.05)
        else:
            time.sleep(draw.random() * 0.4)
        child.send_signal(signal.SIGKILL)
        words = {*child.communicate()[0].split()}
        kills += 1
        ended = "end" in words
        said |= words - {"open", "end"}
        if (tmp_path / "killed" / "ledger.sqlite").exists():
            with Ledger.read(tmp_path / "killed") as ledger:  # whole after each kill, and holds what was said
                assert {f"s{n}" for n in said} <= set(ledger.latest())
    assert kills >= 10
    subprocess.run(run, env=ENVIRONMENT, check=True, capture_output=True)
    complete(tmp_path / "killed", count)
    subprocess.run([*CHILD, str(tmp_path / "calm"), str(count)], env=ENVIRONMENT, check=True, capture_output=True)
    assert contents(tmp_path / "killed") == contents(tmp_path / "calm")


def test_the_lock_goes_with_a_killed_grader(tmp_path: Path) -> None:
    child = subprocess.Popen([*CHILD, str(tmp_path), "100000"], env=ENVIRONMENT, stdout=subprocess.PIPE)
    assert child.stdout
    child.stdout.readline()
    with pytest.raises(UsageError, match="another grader"), opened(tmp_path):
        pass
    child.kill()
    child.wait()
    child.stdout.close()
    with opened(tmp_path):
        pass


def test_the_results_file_of_an_attempt_holds_its_record(tmp_path: Path) -> None:
    a_folder(tmp_path)
    document = json.loads((tmp_path / "results/ben.json").read_bytes())
    assert Attempt.of(document["record"]) == an_attempt("ben")
