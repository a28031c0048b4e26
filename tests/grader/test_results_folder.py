"""What people of the course do with a folder of results: look, ask why, group, set right, run again."""

import json
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from grader import assignment, files, results_folder, sources
from grader.batch import Options, grade
from grader.intake import Entry
from grader.ledger import Ledger
from grader.records import Attempt
from grader.report import terminal
from question_bank.errors import MachineError, UsageError

from .conftest import write_assignment
from .killed import attempt_of
from .one_grader import one_grader

SUITE = """
import pytest
pytestmark = pytest.mark.task("values")
@pytest.mark.parametrize("x", [0, 1, 2, 3])
def test_number(submission, x):
    assert submission.double(x) == 2 * x
"""
SENT = {
    "ann.py": "def double(x):\n    return 2 * x\n",
    "bob.py": "def double(x):\n    return x\n",
    "cem.py": "# the same mistake\ndef double(x):\n    return x + 0\n",
    "eve.py": "def double(x):\n    raise SystemExit\n",
    "דנה 🎓.ipynb": "{",
}
FAILED = "hidden/test_values.py::test_number[1]"
DAMAGED = "the notebook is damaged: it is not valid JSON (line 1, column 2)"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An assignment in `double`, submissions in `in`, and their grading in `out`, with pages in Danish."""
    base = tmp_path_factory.mktemp("course")
    write_assignment(base / "double", {"tests/hidden/test_values.py": SUITE})
    (base / "in").mkdir()
    for name, code in SENT.items():
        (base / "in" / name).write_text(code, encoding="utf-8")
    grade(assignment.read(base / "double"), [base / "in"], base / "out", Options(jobs=1, language="da"))
    return base


@pytest.fixture
def out(course: Path, tmp_path: Path) -> Path:
    """A copy of the results that a test may change."""
    return Path(shutil.copytree(course / "out", tmp_path / "out"))


@pytest.fixture(scope="module")
def grader(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with (
        one_grader(assignment.read(course / "double"), tmp_path_factory.mktemp("scratch")) as ask,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(results_folder, "ask_once", ask)
        yield


def contents(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*.*") if path.is_file() and "ledger" not in path.name)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def told(folder: Path, submission: str) -> list[str]:
    """What `show` says, without the seconds and the hash."""
    lines = list(results_folder.show(folder, submission).lines())
    assert lines.pop(1).startswith("  attempt 1, isolation ")
    return lines


# --- looking


def test_a_table_that_is_aligned_in_a_terminal(course: Path) -> None:
    summary, *lines = results_folder.overview(*_values(course))
    assert summary == "double: 5 submissions, 3 graded, 1 rejected, 1 error"
    assert [line.split() for line in lines] == [
        ["id", "status", "score", "notes"],
        ["ann", "graded", "4/4"],
        ["bob", "graded", "1/4"],
        ["cem", "graded", "1/4"],
        ["eve", "error", "0/4"],
        ["דנה", "🎓", "rejected", "0/4"],
    ]
    words = ("status", "graded", "graded", "graded", "error", "rejected")
    assert {terminal.columns(line[: line.index(word)]) for line, word in zip(lines, words, strict=True)} == {8}
    assert list(results_folder.overview("double", [])) == [
        "double: 0 submissions",
        "id  status      score         notes",
    ]


def _values(course: Path) -> tuple[str, list[Attempt]]:
    slug, attempts = results_folder.results(course / "out")
    return slug, list(attempts.values())


def test_why_a_submission_has_its_score(course: Path) -> None:
    out = course / "out"
    assert told(out, "ann") == ["ann: graded, 4 of 4 points", "values: passed, 4 of 4"]
    number = "hidden/test_values.py::test_number"
    assert told(out, "bob") == [
        "bob: graded, 1 of 4 points",
        "values: failed, 1 of 4",
        *(f"  failed       0/1        {number}[{x}]" for x in (1, 2, 3)),
    ]
    assert told(out, "דנה 🎓") == ["דנה 🎓: rejected, 0 of 4 points", f"  {DAMAGED}"]


def test_what_is_alike_is_told_once(course: Path) -> None:
    assert told(course / "out", "eve") == [
        "eve: error, 0 of 4 points",
        "values: error, 0 of 4",
        "  error                   visible/test_values.py::test_zero and 4 like it",
        "    it ended its own process (exit code 0)",
    ]


def test_submissions_by_what_they_failed(course: Path, tmp_path: Path) -> None:
    first, *others = results_folder.triage(course / "out")
    assert list(first.lines()) == [
        "2 x bob, cem: 3 failed",
        *(f"  failed      hidden/test_values.py::test_number[{x}]" for x in (1, 2, 3)),
    ]
    assert first.row()["submissions"] == ["bob", "cem"]
    assert first.row()["failures"][0] == {"test": FAILED, "outcome": "failed"}
    assert [next(group.lines()) for group in others] == ["1 x eve: 5 error", "1 x דנה 🎓: rejected"]
    assert list(others[1].lines())[1:] == []
    with Ledger.open(tmp_path, "conv2d") as ledger:
        ledger.append(attempt_of(1, 1))
    assert results_folder.triage(tmp_path) == []


def test_long_lists_are_cut() -> None:
    pattern = tuple((f"test_{number}", "failed") for number in range(15))
    lines = list(results_folder.Group(pattern, tuple(map(str, range(11))), ()).lines())
    assert lines[0] == "11 x 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ...: 15 failed"
    assert lines[-2:] == ["  failed      test_11", "  and 3 more"]
    assert list(terminal.cut("\n".join("abcdefghi")))[-2:] == ["f", "and 3 more lines"]


def test_what_is_not_there(course: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no submission dan") as error:
        results_folder.show(course / "out", "dan")
    assert "grade status" in error.value.remedy
    for look in (results_folder.results, results_folder.triage):
        with pytest.raises(UsageError, match=r"holds no ledger\.sqlite"):
            look(tmp_path)


# --- setting right


def test_an_override_is_in_every_file_and_gone_when_it_is_withdrawn(out: Path) -> None:
    before = contents(out)
    attempt = results_folder.override(out, "bob", "values", Fraction(5, 2), by="A. Lund", reason="read\nby hand")
    assert attempt.score == Fraction(5, 2)
    assert list(results_folder.table([attempt], header=False)) == ["bob  graded      2.5/4         set by hand: values"]
    lines = told(out, "bob")
    assert lines[:2] == ["bob: graded, 2.5 of 4 points", "values: failed, 2.5 of 4, set by hand"]
    assert lines[-1] == "set by A. Lund: values 2.5: read by hand"
    after = contents(out)
    assert {name for name in before if before[name] != after[name]} == {
        "results/bob.json",
        "feedback/bob.html",
        "gradebook.csv",
        "junit.xml",
    }
    assert json.loads(after["results/bob.json"])["score"] == 2.5
    assert b"bob,2.5,4,graded" in after["gradebook.csv"]
    assert b'<html lang="da"' in after["feedback/bob.html"]
    results_folder.override(out, "bob", "values", None, by="A. Lund", reason="a slip")
    assert contents(out) == before
    assert told(out, "bob")[-1] == "set by A. Lund: values as it was graded: a slip"


def test_of_what_was_not_run_the_assignment_knows_the_tasks(out: Path) -> None:
    assert results_folder.override(out, "דנה 🎓", "values", Fraction(4), by="me", reason="sent by mail").score == 4
    assert told(out, "דנה 🎓")[:3] == [
        "דנה 🎓: rejected, 4 of 4 points",
        f"  {DAMAGED}",
        "values: not_reached, 4 of 4, set by hand",
    ]


@pytest.mark.parametrize(
    ("submission", "task", "given", "by", "reason", "says"),
    [
        ("dan", "values", 1, "me", "why", "holds no submission dan"),
        ("bob", "shapes", 1, "me", "why", "no task shapes"),
        ("bob", "shapes", None, "me", "why", "no task shapes"),
        ("bob", "values", 5, "me", "why", "cannot have 5 points"),
        ("bob", "values", -1, "me", "why", "cannot have -1 points"),
        ("bob", "values", 1, " ", "why", "who decided"),
        ("bob", "values", 1, "me", "", "and why"),
        ("bob", "values", None, "me", "why", "nobody has set values"),
    ],
)
def test_an_override_that_cannot_be(
    course: Path, submission: str, task: str, given: int | None, by: str, reason: str, says: str
) -> None:
    before = contents(course / "out")
    points = None if given is None else Fraction(given)
    with pytest.raises(UsageError, match=says):
        results_folder.override(course / "out", submission, task, points, by=by, reason=reason)
    assert contents(course / "out") == before
    assert results_folder.show(course / "out", "bob").overrides == ()


def test_nobody_sets_points_while_a_grader_is_at_work(out: Path) -> None:
    with files.alone(out), pytest.raises(UsageError, match="another grader is at work"):
        results_folder.override(out, "bob", "values", Fraction(1), by="me", reason="why")


def test_an_override_stands_though_its_file_cannot_be_written(out: Path) -> None:
    shutil.rmtree(out / "results")
    (out / "results").write_bytes(b"")
    with pytest.raises(MachineError, match="cannot write"):
        results_folder.override(out, "bob", "values", Fraction(1), by="me", reason="why")
    assert results_folder.show(out, "bob").attempt.score == 1


@pytest.mark.parametrize(
    "text", ["", "x", "nan", "inf", "1e5", "1/0", "2,5", " 2", "9" * 10, "1/1/1", "½", "٣", "\x1b[2J"]
)
def test_what_is_no_number_of_points(text: str) -> None:
    with pytest.raises(UsageError, match="is no number of points") as error:
        results_folder.points_in(text)
    assert "\x1b" not in str(error.value)


# --- running again


@pytest.mark.usefixtures("grader")
def test_a_test_is_run_again_and_told_in_full(course: Path) -> None:
    again = results_folder.replay(course / "out", "bob", FAILED)
    first, second, *_ = again.lines()
    assert (first, second) == (f"{FAILED}: failed", "AssertionError: assert 1 == (2 * 1)")
    assert (
        again.row().items() >= {"schema": 1, "id": "bob", "test": FAILED, "outcome": "failed", "changed": False}.items()
    )
    assert list(results_folder.replay(course / "out", "ann", FAILED).lines()) == [f"{FAILED}: passed"]
    assert list(results_folder.replay(course / "out", "דנה 🎓", FAILED).lines()) == [f"{FAILED}: error", DAMAGED]
    with pytest.raises(UsageError, match="there is no test test_nowhere"):
        results_folder.replay(course / "out", "bob", "test_nowhere")


@pytest.mark.usefixtures("grader")
def test_a_submission_that_lies_elsewhere_now(course: Path, out: Path, tmp_path: Path) -> None:
    sources.remember(out, assignment.read(course / "double"), [Entry("bob", tmp_path / "gone.py")])
    with pytest.raises(UsageError, match=r"gone\.py does not exist") as error:
        results_folder.replay(out, "bob", FAILED)
    assert "--from" in error.value.remedy
    moved = Path(shutil.copy(course / "in" / "bob.py", tmp_path / "moved.py"))
    assert results_folder.replay(out, "bob", FAILED, moved).status == "failed"
    with pytest.raises(UsageError, match=r"ann\.py is not what was graded as bob"):
        results_folder.replay(out, "bob", FAILED, course / "in" / "ann.py")
    with pytest.raises(UsageError, match=r"nowhere\.py does not exist"):
        results_folder.replay(out, "bob", FAILED, tmp_path / "nowhere.py")


@pytest.mark.usefixtures("grader")
def test_other_tests_than_those_that_gave_the_score(out: Path, tmp_path: Path) -> None:
    other = write_assignment(tmp_path / "double", {"tests/hidden/test_values.py": f"{SUITE}# changed\n"})
    sources.remember(out, assignment.read(other), [])
    assert list(results_folder.replay(out, "ann", FAILED).lines())[-1].startswith("(The tests are others now")


def test_without_the_place_of_the_assignment(out: Path) -> None:
    (out / sources.NAME).unlink()
    for ask in (
        lambda: results_folder.replay(out, "bob", FAILED),
        lambda: results_folder.override(out, "bob", "values", Fraction(1), by="me", reason="why"),
    ):
        with pytest.raises(UsageError, match="the assignment double of .* is not where it was"):
            ask()


def test_sources_of_earlier_runs_stay_known(course: Path, tmp_path: Path) -> None:
    it = assignment.read(course / "double")
    sources.remember(tmp_path, it, [Entry("a", Path("/one/a.py")), Entry("b", Path("/one/b.py"))])
    sources.remember(tmp_path, it, [Entry("b", Path("/two/b\udcff.py"))])
    assert sources.read(tmp_path) == sources.Sources(it.folder, {"a": Path("/one/a.py"), "b": Path("/two/b\udcff.py")})


@pytest.mark.parametrize(
    "damaged",
    [b"", b"\xff", b"[]", b"{}", b'{"assignment": 1, "submissions": {}}', b'{"assignment": "a", "submissions": []}', b"[" * 10**5],
)  # fmt: skip
def test_damaged_sources_know_nothing_and_are_made_anew(damaged: bytes, course: Path, tmp_path: Path) -> None:
    (tmp_path / sources.NAME).write_bytes(damaged)
    assert sources.read(tmp_path).submissions == {}
    sources.remember(tmp_path, assignment.read(course / "double"), [Entry("a", Path("/a.py"))])
    assert sources.read(tmp_path).submissions == {"a": Path("/a.py")}
