"""Batches: nothing is graded twice or lost, whatever is killed; what is ours costs nobody a point."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader import assignment, results_folder
from grader.batch import Graded, Options, grade
from grader.ledger import Ledger
from question_bank.errors import MachineError, UsageError

from .conftest import write_assignment

ROOT = Path(__file__).parents[2]
RIGHT = "def double(x):\n    return x * 2\n"
WRONG = "def double(x):\n    return x\n"
SUITE = """
import pytest
pytestmark = pytest.mark.task("values")
@pytest.mark.parametrize("x", [1, 2, 3, 4])
def test_number(submission, x):
    assert submission.double(x) == 2 * x
"""
Write = Callable[..., Path]


@pytest.fixture
def course(tmp_path: Path) -> "Course":
    return Course(tmp_path)


class Course:
    """An assignment, a folder of submissions, a folder of results."""

    def __init__(self, base: Path) -> None:
        self.folder = write_assignment(base / "double", {"tests/hidden/test_values.py": SUITE})
        self.sent, self.out = base / "in", base / "out"
        self.sent.mkdir()

    def send(self, name: str, code: str = RIGHT) -> Path:
        path = self.sent / f"{name}.py"
        path.write_text(code, encoding="utf-8")
        return path

    def grade(self, **options: Any) -> Graded:
        return grade(assignment.read(self.folder), [self.sent], self.out, Options(jobs=1, **options))

    def command(self, *more: str) -> list[str]:
        words = ["grade", str(self.folder), str(self.sent), "--out", str(self.out), "--jobs", "2", *more]
        return [sys.executable, str(ROOT / "cli.py"), *words]

    def recorded(self) -> Mapping[str, list[tuple[int, Fraction | None]]]:
        with Ledger.read(self.out) as ledger:
            return {name: [(each.attempt, each.score) for each in ledger.attempts(name)] for name in ledger.latest()}


def test_what_is_finished_is_left_alone_and_what_is_new_or_changed_is_graded(course: Course) -> None:
    course.send("ann")
    course.send("bob", WRONG)
    assert course.grade().fresh == 2
    course.send("cem")
    course.send("bob")
    graded = course.grade()
    assert graded.fresh == 2
    assert course.recorded() == {"ann": [(1, 4)], "bob": [(1, 0), (2, 4)], "cem": [(1, 4)]}
    assert list(graded.attempts) == ["ann", "bob", "cem"]
    assert course.grade().fresh == 0


def test_regrading_appends_and_keeps_what_people_have_set(course: Course) -> None:
    course.send("ann", WRONG)
    course.grade()
    results_folder.override(course.out, "ann", "values", Fraction(3), by="A. Lund", reason="read by hand")
    graded = course.grade(regrade=True)
    assert graded.attempts["ann"].score == 3
    assert course.recorded() == {"ann": [(1, 0), (2, 0)]}
    lines = list(results_folder.show(course.out, "ann").lines())
    assert lines[0] == "ann: graded, 3 of 4 points"
    assert "set by A. Lund: values 3: read by hand" in lines
    assert lines[-1] == "before: attempt 1, graded, 0 points"


def test_a_missing_file_is_written_again(course: Course) -> None:
    course.send("ann")
    course.grade()
    whole = (course.out / "results/ann.json").read_bytes()
    shutil.rmtree(course.out / "results")
    (course.out / "gradebook.csv").unlink()
    assert course.grade().fresh == 0
    assert (course.out / "results/ann.json").read_bytes() == whole
    assert (course.out / "gradebook.csv").exists()


def test_outcomes_that_change_are_for_a_person(course: Course) -> None:
    course.send("ann")
    course.send("odd", "import time\ndef double(x):\n    return 2 * x if x < 4 or time.time_ns() // 1000 % 2 else 0\n")
    graded = course.grade(repeat=8)
    assert graded.attempts["ann"].status == "graded"
    odd = graded.attempts["odd"]
    assert (odd.status, odd.score) == ("flagged", None)
    assert odd.flags == ("not the same each time: hidden/test_values.py::test_number[4]",)
    results_folder.override(course.out, "odd", "values", Fraction(3), by="me", reason="luck is no answer")
    assert results_folder.results(course.out)[1]["odd"].score == 3


def test_a_submission_that_vanishes_is_ungraded_and_the_others_are_not(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    from grader import batch

    course.send("ann")
    bob = course.send("bob")
    todo = batch._Batch.todo

    def vanishing(self: Any, entries: Any) -> Any:
        found = todo(self, entries)
        bob.unlink(missing_ok=True)
        return found

    monkeypatch.setattr(batch._Batch, "todo", vanishing)
    graded = course.grade()
    assert graded.ungraded == ("bob",)
    assert graded.attempts["ann"].score == 4
    assert graded.attempts["bob"].score is None
    monkeypatch.undo()
    course.send("bob")
    assert course.grade(retry_ungraded=True).ungraded == ()
    assert course.recorded()["bob"] == [(1, None), (2, 4)]


def test_ungraded_is_tried_again_only_when_asked(course: Course) -> None:
    broken = SUITE.replace("2 * x", "2 * undefined")
    (course.folder / "tests/hidden/test_values.py").write_text(broken, encoding="utf-8")
    course.send("ann")
    assert course.grade().ungraded == ("ann",)
    assert course.grade().fresh == 0
    assert course.grade(retry_ungraded=True).fresh == 1
    assert course.recorded() == {"ann": [(1, None), (2, None)]}


def test_nothing_to_grade_and_two_of_one_id(course: Course) -> None:
    with pytest.raises(UsageError, match="nothing to grade"):
        course.grade()
    course.send("ann")
    (course.sent / "ann.ipynb").write_text("{}", encoding="utf-8")
    with pytest.raises(UsageError, match=r"ann\.ipynb"):
        course.grade()
    assert not course.out.exists()


def test_a_suite_that_cannot_be_collected_records_nothing(course: Course) -> None:
    (course.folder / "tests/hidden/test_values.py").write_text("import nowhere", encoding="utf-8")
    course.send("ann")
    with pytest.raises(Exception, match="No module named 'nowhere'"):
        course.grade()
    assert course.recorded() == {}


def test_a_folder_that_cannot_be_written(course: Course) -> None:
    course.send("ann")
    course.out.write_text("a file", encoding="utf-8")
    with pytest.raises((UsageError, MachineError)):
        course.grade()


def test_the_command(course: Course) -> None:
    course.send("ann")
    course.send("שיר 🎓.v2", WRONG)
    done = run(course.command("--json"))
    assert done.returncode == 0
    assert done.stderr == ""
    told = json.loads(done.stdout)
    assert told.keys() == {"schema", "assignment", "isolation", "submissions", "seconds"}
    assert [(each["id"], each["score"]) for each in told["submissions"]] == [("ann", 4), ("שיר 🎓.v2", 0)]
    again = run(course.command())
    assert "0 graded in" in again.stdout
    shown = run([sys.executable, str(ROOT / "cli.py"), "grade", "show", str(course.out), "שיר 🎓.v2"])
    assert "שיר 🎓.v2: graded, 0 of 4 points" in shown.stdout
    test = "hidden/test_values.py::test_number[3]"
    replay = [sys.executable, str(ROOT / "cli.py"), "grade", "show", str(course.out), "ann", "--replay", test]
    assert run(replay).stdout == f"{test}: passed\n"
    replay[-3] = "שיר 🎓.v2"
    assert run(replay).stdout.startswith(f"{test}: failed\nAssertionError: assert 3 == (2 * 3)")


def test_a_second_grader_is_refused(course: Course) -> None:
    course.send("slow", f"import time\ntime.sleep(3)\n{RIGHT}")
    with started(course.command()) as first:
        while not (course.out / "ledger.sqlite").exists():
            assert first.poll() is None
            time.sleep(0.02)
        done = run(course.command())
        assert done.returncode == 2
        assert "another grader is at work" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing_and_the_next_completes_it(
    course: Course, number: int, tmp_path: Path
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    for name in range(6):
        course.send(f"s{name}", f"import time\ntime.sleep(0.4)\n{RIGHT}")
    with started(course.command(), TMPDIR=str(temporary)) as process:
        wait_for_results(course, 1)
        process.send_signal(number)
        _, errors = process.communicate(timeout=20)
        assert process.returncode not in (0, None)
        assert "Traceback" not in errors
        assert descendants(process.pid) == set()
    assert list(temporary.iterdir()) == []
    assert run(course.command()).returncode == 0
    assert course.recorded() == {f"s{name}": [(1, 4)] for name in range(6)}


def test_whatever_is_killed_each_submission_is_recorded_once_with_its_points(
    course: Course, request: pytest.FixtureRequest
) -> None:
    """SIGKILL to the supervisor, a grader, a zygote or a worker, at seeded moments of a batch of 40."""
    points = {}
    for number in range(40):
        points[f"s{number:02}"] = 4 if number % 3 else 0
        course.send(f"s{number:02}", RIGHT if number % 3 else WRONG)
    moments = 20 if request.config.getoption("--nightly") else 4
    draw = random.Random(0)
    for moment in range(moments):
        shutil.rmtree(course.out, ignore_errors=True)
        with started(course.command()) as process:
            after = draw.uniform(0.0, 2.5)
            with_results = draw.random() < 0.8  # most of them in the midst of grading
            if with_results:
                wait_for_results(course, 1)
            end = time.monotonic() + after
            while time.monotonic() < end and process.poll() is None:
                time.sleep(0.01)
            victims = [process.pid] if moment % 4 == 0 else sorted(descendants(process.pid)) or [process.pid]
            kill(draw.choice(victims))
            tree = {process.pid, *descendants(process.pid)}
            process.wait(60)
        gone_by = time.monotonic() + 5
        while any(alive(pid) for pid in tree):
            assert time.monotonic() < gone_by, "a process outlived its supervisor by 5 s"
            time.sleep(0.02)
        done = run(course.command())
        assert done.returncode == 0, done.stderr
        assert course.recorded() == {name: [(1, score)] for name, score in points.items()}, f"moment {moment}"
        assert len(list((course.out / "results").glob("*.json"))) == 40


# --- processes


def run(command: list[str], **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, env={**os.environ, **environment}
    )


class started:  # noqa: N801  # reads as a word of the tests
    """A command while a block runs; nothing of it is left after."""

    def __init__(self, command: list[str], **environment: str) -> None:
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
        )

    def __enter__(self) -> "subprocess.Popen[str]":
        return self.process

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.communicate(timeout=30)


def wait_for_results(course: Course, count: int) -> None:
    until = time.monotonic() + 60
    while len(list((course.out / "results").glob("*.json"))) < count:
        assert time.monotonic() < until, "nothing was graded within 60 s"
        time.sleep(0.01)


def _parents() -> Iterator[tuple[int, int]]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            yield int(path.parent.name), int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue


def descendants(pid: int) -> set[int]:
    parents = dict(_parents())
    found: set[int] = set()
    while more := {child for child, parent in parents.items() if parent in {pid, *found}} - found:
        found |= more
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
