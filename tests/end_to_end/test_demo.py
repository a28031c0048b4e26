"""The demo: that it ends well, and of its grading part what the class gets and what the user reads."""

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest
from click.testing import CliRunner

import cli
from grader import demo, results_folder
from grader.records import TestStatus
from grader.sandbox import Zygotes
from question_bank.errors import UsageError

from ..conftest import ROOT

ROSTER = Path(__file__).parents[2] / "question_bank/sample_class/roster.csv"
TASKS = ("dilation", "errors", "manners", "stride_padding", "values")
FULL = (4, 1, 3, 6, 6)
NOTHING = (0, 0, 0, 0, 0)
EXPECTED: dict[str, tuple[str, tuple[Fraction | int, ...]]] = {
    "1001": ("graded", FULL),
    "1002": ("partial", (4, 1, 3, 6, Fraction("5.7"))),  # one test of 20 equal shares of `values`
    "1003": ("graded", FULL),
    "2001": ("graded", (2, 1, 3, 2, 6)),
    "2002": ("graded", NOTHING),
    "2003": ("graded", FULL),
    "3001": ("graded", (Fraction(1, 3), 1, 3, Fraction("0.4"), Fraction("0.3"))),  # kernels of one pixel, sizes
    "3002": ("rejected", ()),
    "3003": ("graded", (2, 1, 3, Fraction("1.6"), 6)),
    "4001": ("graded", (4, 1, Fraction("2.4375"), 6, 6)),  # float32, int64, int32
    "4002": ("graded", (4, 1, Fraction("2.25"), 6, 6)),
    "4003": ("error", NOTHING),
}  # fmt: skip


@dataclass(frozen=True)
class Demo:
    """What `convmark demo` did: the folder that it wrote, what it said, and what was left in TMPDIR."""

    out: Path
    lines: list[str]
    left: list[Path]


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo, played once."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "tmp").mkdir()
    command = [sys.executable, "-m", "cli", "demo", "--out", str(folder / "demo")]
    told = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(folder / "tmp")},
        check=False,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    return Demo(folder / "demo", told.stdout.splitlines(), list((folder / "tmp").iterdir()))


@pytest.fixture(scope="module")
def played(demonstrated: Demo) -> tuple[Path, list[str]]:
    """The folder of its grading part, and what that said."""
    begin = next(number for number, line in enumerate(demonstrated.lines) if line.startswith("Grading the shipped"))
    return demonstrated.out / "grading", demonstrated.lines[begin:]


def test_there_is_one_submission_for_each_student_of_the_exam() -> None:
    with ROSTER.open(encoding="utf-8", newline="") as file:
        assert [row["student_id"] for row in csv.DictReader(file)] == list(EXPECTED)


def test_each_submission_gets_what_it_deserves(played: tuple[Path, list[str]]) -> None:
    _, attempts = results_folder.results(played[0])
    found = {name: (it.status.value, tuple(task.points for task in it.tasks)) for name, it in attempts.items()}
    assert found == EXPECTED
    assert {tuple(task.id for task in it.tasks) for it in attempts.values()} == {TASKS, ()}
    assert {name for name, it in attempts.items() if it.flags} == set()


def test_the_loop_hangs_in_one_test(played: tuple[Path, list[str]]) -> None:
    """A second one would cost the demo ten seconds more."""
    tests = results_folder.results(played[0])[1]["1002"].tests
    late = [test.name for test in tests if test.status is TestStatus.TIMEOUT]
    assert late == ["hidden/test_values.py::test_many_channels"]
    assert all(test.status is TestStatus.PASSED for test in tests if test.name not in late)


@pytest.mark.parametrize(
    ("student", "says"),
    [
        ("3002", "the notebook is damaged: it is not valid JSON"),
        ("4003", "Cell 3 stopped with SyntaxError: expected ':' (<cell 3>, line 9)"),
        ("1001", "[[5 0]\n [4 7]]"),
    ],
)
def test_students_read_what_happened(played: tuple[Path, list[str]], student: str, says: str) -> None:
    assert says in results_folder.results(played[0])[1][student].output


def test_what_the_user_reads(played: tuple[Path, list[str]]) -> None:
    out, lines = played
    begin = next(number for number, text in enumerate(lines) if text.startswith("Graded"))
    assert (
        "12 submissions: 9 graded, 1 partial, 1 rejected, 1 error; mean 12.6 of 20 points; isolation " in lines[begin]
    )
    table = lines[begin + 1 : begin + 15]
    assert table[0].split() == ["id", "status", "points", "values", "stride_padding", "dilation", "manners", "errors"]
    assert table[1].split() == ["of", "20", "6", "6", "4", "3", "1"]
    assert table[3] == "  1002  partial      19.7     5.7               6         4        3       1"
    assert [row.split()[0] for row in table[2:]] == list(EXPECTED)
    assert len({len(row) for row in table}) == 1
    paths = [Path(text.strip()) for text in lines if text.strip().startswith(str(out))]
    assert [path.name for path in paths] == ["gradebook.csv", "feedback", "2001.html", "junit.xml"]
    assert all(path.exists() for path in paths)
    assert len(list((out / "feedback").iterdir())) == len(EXPECTED)


def test_a_second_run_grades_nothing_and_says_the_same(
    played: tuple[Path, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    out, lines = played
    fresh = []

    def watched(*args: Any) -> Any:
        graded = grade(*args)
        fresh.append(graded.fresh)
        return graded

    grade = demo.grade
    monkeypatch.setattr(demo, "grade", watched)
    assert list(demo.play(out)) == lines
    assert fresh == [0]


class Stopped(Exception):
    """Grading would begin here."""


@pytest.fixture
def required(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the demo asks grading to require; nothing is graded."""
    asked: list[str] = []

    def refused(_assignment: Any, _paths: Any, _out: Any, options: Any) -> NoReturn:
        asked.append(options.require)
        raise Stopped

    monkeypatch.setattr(demo, "grade", refused)
    return asked


def until_graded(lines: Iterator[str]) -> list[str]:
    told: list[str] = []
    with pytest.raises(Stopped):
        told.extend(lines)
    return told


@pytest.mark.parametrize("layer", ["landlock", "seccomp"])
def test_where_less_than_standard_holds_it_warns_and_asks_for_basic(
    layer: str, tmp_path: Path, required: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "Zygotes", partial(Zygotes, without=[layer]))
    told = until_graded(demo.play(tmp_path / "grading"))
    assert required == ["basic"]
    assert told[0].startswith(f"Warning: standard isolation does not hold here: the layer {layer!r} is missing (")
    assert "convmark doctor" in told[1]


def test_where_standard_holds_it_is_asked_for(tmp_path: Path, required: list[str]) -> None:
    with Zygotes(require="basic") as zygotes:
        if zygotes.held.missing("standard"):
            pytest.skip("standard isolation does not hold on this machine")
    told = until_graded(demo.play(tmp_path / "grading"))
    assert required == ["standard"]
    assert not any("Warning" in line for line in told)


@pytest.mark.parametrize("name", ["grading", "grading/thesis.tex"])
def test_a_folder_or_file_of_somebody_else_is_left_alone(name: str, tmp_path: Path) -> None:
    theirs = tmp_path / name
    theirs.parent.mkdir(exist_ok=True)
    theirs.write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="holds something else"):
        next(iter(demo.play(tmp_path / "grading")))
    assert theirs.read_text(encoding="utf-8") == "x"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [theirs.name]


def test_the_demo(demonstrated: Demo, tmp_path: Path) -> None:
    for line in demonstrated.lines:
        if line.strip().startswith(str(demonstrated.out)):
            assert Path(line.split(" (")[0].strip()).exists(), line
    again = CliRunner().invoke(cli.main, ["demo", "--out", str(demonstrated.out)])
    assert again.stdout.splitlines() == demonstrated.lines
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("x")
    refused = CliRunner().invoke(cli.main, ["demo", "--out", str(tmp_path / "mine")])
    assert (refused.exit_code, [path.name for path in (tmp_path / "mine").iterdir()]) == (2, ["thesis.tex"])


def test_temporary_folder_is_left_empty(demonstrated: Demo) -> None:
    assert demonstrated.left == []
    assert not list(demonstrated.out.rglob(".*"))


@pytest.mark.parametrize("kind", ["moodle", "gradescope", "github-classroom"])
def test_the_grades_go_to_other_systems(played: tuple[Path, list[str]], tmp_path: Path, kind: str) -> None:
    """Points as in the gradebook, and of hidden tests nothing that the results do not say."""
    folder = played[0]
    done = CliRunner().invoke(cli.main, ["report", str(folder), "--format", kind, "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    if kind == "moodle":
        with (tmp_path / "moodle-grades.csv").open(encoding="utf-8", newline="") as file:
            rows = {row["student_id"]: Fraction(row["grade out of 100"]) for row in csv.DictReader(file)}
        assert rows.keys() == EXPECTED.keys()
        for student, (_, points) in EXPECTED.items():
            assert abs(rows[student] - Fraction(100, 20) * sum(points)) < Fraction(1, 100)
    else:
        assert len(list((tmp_path / kind).iterdir())) == len(EXPECTED)
