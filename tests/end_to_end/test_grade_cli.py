"""Assignments and grading from the command line: what is printed, what is written, which exit code."""

import csv
import json
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader import assignment, batch, check, files, gpu, results_folder, trial
from grader.batch import Options
from grader.ledger import Ledger
from question_bank.errors import MachineError, UsageError

from ..grader.conftest import TOML, write_assignment
from ..grader.one_grader import one_grader
from .test_cli import Result, commands, run

SUITE = """
from pathlib import Path
import pytest
pytestmark = pytest.mark.task("values")
FULL = Path(__file__).parents[3] / "full"
def test_three(submission):
    answer = submission.double(3)
    if answer == "odd" and FULL.exists():
        raise OSError("no room")
    assert answer == 6
"""
SENT = {
    "ann.py": "def double(x):\n    return 2 * x\n",
    "bob.py": "def double(x):\n    return x\n",
    "the odd one.py": 'def double(x):\n    return "odd"\n',
}
WRITTEN = ["feedback", "gradebook.csv", "junit.xml", "ledger.sqlite", "results", "sources.json"]
TEST = "hidden/test_values.py::test_three"
BY = ("--by", "A. Lund", "--reason", "read by hand")


class Course:
    """An assignment, three submissions of which one meets a fault of ours, and what grading them printed."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.folder = write_assignment(base / "double", {"tests/hidden/test_values.py": SUITE})
        self.sent, self.out, self.full = base / "in", base / "out", base / "full"
        self.sent.mkdir()
        for name, code in SENT.items():
            (self.sent / name).write_text(code, encoding="utf-8")
        self.full.touch()
        self.first = self.grade(self.out)

    def grade(self, out: Path, *more: object) -> Result:
        return run("grade", self.folder, self.sent, "--out", out, "--jobs", 1, *more)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return Course(tmp_path_factory.mktemp("course"))


@pytest.fixture
def out(course: Course, tmp_path: Path) -> Path:
    """A copy of the results that a test may change."""
    return Path(shutil.copytree(course.out, tmp_path / "out"))


def scores(folder: Path) -> dict[str, str]:
    with (folder / "gradebook.csv").open(encoding="utf-8", newline="") as file:
        return {row["student_id"]: row["score"] for row in csv.DictReader(file)}


def refused(result: Result, says: str, code: int = 2) -> None:
    assert (result.exit_code, result.stdout) == (code, ""), result.output
    assert says in result.stderr
    assert len(result.stderr.splitlines()) <= 6
    assert "Traceback" not in result.stderr


# --- grade


def test_a_first_run(course: Course) -> None:
    result, out = course.first, course.out
    assert result.exit_code == 1  # somebody is ungraded
    first, second, third = result.stdout.splitlines()
    assert first == "double: 3 submissions, 2 graded, 1 ungraded"
    assert second.startswith("  3 graded in ")
    assert third == str(out / "gradebook.csv")
    assert result.stderr == (
        "Warning: the odd one could not be graded;"
        f" see: convmark grade show {out} 'the odd one'\n"
    )  # fmt: skip
    assert sorted(path.name for path in out.iterdir()) == WRITTEN
    assert scores(out) == {"ann": "4", "bob": "0", "the odd one": ""}
    names = [f"{Path(name).stem}" for name in SENT]
    assert sorted(path.name for path in (out / "results").iterdir()) == [f"{name}.json" for name in names]
    assert sorted(path.name for path in (out / "feedback").iterdir()) == [f"{name}.html" for name in names]
    suites = ET.parse(out / "junit.xml").getroot()
    assert [suite.get("name") for suite in suites] == names
    assert [(suite.get("failures"), suite.get("errors")) for suite in suites] == [("0", "0"), ("1", "0"), ("1", "1")]
    shown = run("grade", "show", out, "the odd one").stdout
    assert "the odd one: ungraded, - of 4 points" in shown
    assert f"flag: {TEST}" in shown
    assert "OSError: no room" in shown


def test_finished_work_is_left_alone_until_it_is_asked_for(course: Course, out: Path) -> None:
    again = course.grade(out)
    assert (again.exit_code, again.stdout.splitlines()[1].split(" in ")[0]) == (1, "  0 graded")
    assert run("grade", "override", out, "bob", "--task", "values", "--points", "3/2", *BY).exit_code == 0
    course.full.unlink()
    retried = course.grade(out, "--retry-ungraded", "--json")
    assert (retried.exit_code, retried.stderr) == (0, "")
    told = json.loads(retried.stdout)
    assert told.keys() == {"schema", "assignment", "isolation", "submissions", "seconds"}
    assert [(each["id"], each["attempt"], each["score"]) for each in told["submissions"]] == [
        ("ann", 1, 4),
        ("bob", 1, 1.5),
        ("the odd one", 2, 0),
    ]
    assert scores(out) == {"ann": "4", "bob": "1.5", "the odd one": "0"}
    assert run("grade", "show", out, "the odd one").stdout.splitlines()[-1] == "before: attempt 1, ungraded, - points"


def test_every_option_arrives(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arrived: list[object] = []

    def stopped(_: object, *arguments: object) -> None:
        arrived.extend(arguments[:3])
        raise UsageError("seen")

    monkeypatch.setattr(batch, "grade", stopped)
    both = (course.sent / "ann.py", course.sent / "bob.py")
    words = ("--jobs", 3, "--require", "strict", "--retry-ungraded", "--regrade", "--repeat", 5, "--rebuild-ledger")
    refused(run("grade", "--out", tmp_path, course.folder, *both, *words, "--lang", "he"), "seen")
    options = Options(
        jobs=3, require="strict", retry_ungraded=True, regrade=True, repeat=5, rebuild_ledger=True, language="he"
    )
    assert arrived == [both, tmp_path, options]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("grade", "convd", "in", "--out", "new"), "Did you mean conv2d?"),
        (("grade", "in", "in", "--out", "new"), "has no assignment.toml"),
        (("grade", "double", "nowhere.py", "--out", "new"), "nowhere.py does not exist"),
        (("grade", "double", "full", "--out", "new"), "Name a folder, or files ending in .ipynb, .py, .zip."),
        (("grade", "double", "empty", "--out", "new"), "nothing to grade in empty"),
        (("grade", "double", "in", "in/ann.py", "copy", "--out", "new"), "have the same id"),
        (("grade", "double", "--out", "new"), "Missing argument 'PATH...'"),
        (("grade", "double", "in"), "Missing option '--out'"),
        (("grade", "double", "in", "--out", "full"), "is a file"),
        (("grade", "double", "in", "--out", "new", "--jobs", "0"), "--jobs"),
        (("grade", "double", "in", "--out", "new", "--device", "cuda"), "double runs on the CPU alone"),
        (("grade", "conv2d", "in", "--out", "out"), "of the assignment double, not of conv2d"),
        (("grade", "status", "in"), "in holds no ledger.sqlite"),
        (("grade", "status", "nowhere"), "nowhere holds no ledger.sqlite"),
        (("grade", "triage", "in"), "Name a folder that `grade` wrote."),
        (("grade", "show", "out"), "Missing argument 'ID'"),
        (("grade", "show", "out", "dan"), "out holds no submission dan"),
        (("grade", "show", "out", "ann", "--from", "in/ann.py"), "--from is for --replay"),
        (("grade", "show", "out", "bob", "--replay", TEST, "--from", "in/ann.py"), "is not what was graded as bob"),
        (("grade", "override", "out", "bob", "--task", "values", *BY), "Give --points, or --withdraw."),
        (("grade", "override", "out", "bob", "--task", "values", "--points", "1", "--withdraw", *BY), "or withdraws them"),
        (("grade", "override", "out", "bob", "--task", "values", "--points", "1e999999999", *BY), "Give 2, 2.5 or 7/3."),
        (("grade", "override", "out", "bob", "--task", "values", "--points", "5", *BY), "Give 0 to 4 points."),
        (("grade", "override", "out", "bob", "--task", "values", "--withdraw", *BY), "There is nothing to withdraw."),
        (("grade", "override", "out", "bob", "--task", "shape", "--points", "1", *BY), "Its tasks: values."),
        (("check", "in/ann.py"), "Missing option '--assignment'"),
        (("check", "in/ann.py", "--assignment", "doubel"), "there is no assignment 'doubel'"),
        (("check", "nowhere.py", "--assignment", "double"), "nowhere.py does not exist"),
        (("check", "full", "--assignment", "double"), "full is no submission"),
        (("check", "in", "--assignment", "double"), "in holds 3 submissions"),
        (("assignment", "check"), "--all"),
        (("assignment", "check", "double", "--all"), "--all"),
        (("assignment", "show", "nowhere"), "Known are conv2d, "),
        (("assignment", "list", "--lang", "fr"), "fr"),
    ],
)  # fmt: skip
def test_wrong_use_is_one_message_exit_2_and_nothing_written(
    words: tuple[str, ...], says: str, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(course.base)
    (course.base / "empty").mkdir(exist_ok=True)
    (course.base / "copy").mkdir(exist_ok=True)
    (course.base / "copy" / "ann.py").touch()
    course.full.touch()
    before = sorted(course.base.rglob("*"))
    refused(run(*words), says)
    assert sorted(course.base.rglob("*")) == before


def test_a_place_that_cannot_be_written_is_exit_3_and_the_next_run_completes(course: Course, out: Path) -> None:
    refused(course.grade(course.sent / "ann.py" / "out"), "Make room or choose another --out", 3)
    shutil.rmtree(out / "results")
    (out / "results").touch()
    refused(course.grade(out), f"cannot write {out / 'results' / 'ann.json'}", 3)
    (out / "results").unlink()
    assert course.grade(out).stdout.splitlines()[1].startswith("  0 graded in ")
    assert len(list((out / "results").iterdir())) == len(SENT)


CUDA = TOML.replace('libraries = ["numpy"]', 'libraries = ["torch"]\ndevice = "cuda"')


def test_cuda_without_a_gpu_is_exit_3_and_auto_takes_the_cpu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "devices", tuple)
    folder = write_assignment(tmp_path / "double", {"assignment.toml": CUDA})
    (tmp_path / "ann.py").write_text(SENT["ann.py"], encoding="utf-8")
    refused(
        run("grade", folder, tmp_path / "ann.py", "--out", tmp_path / "out", "--device", "cuda"), "no CUDA device", 3
    )
    assert not (tmp_path / "out").exists()
    result = run("grade", folder, tmp_path / "ann.py", "--out", tmp_path / "out", "--json")
    assert result.stderr == ""
    assert json.loads(result.stdout)["submissions"][0]["device"] == "cpu"


@pytest.mark.parametrize(
    ("more", "device"), [((), "cuda"), (("--require", "strict"), "cpu"), (("--device", "cpu"), "cpu")]
)
def test_auto_takes_a_gpu_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...], device: str
) -> None:
    asked: list[Options] = []

    def grade(it: object, paths: object, out: object, options: Options, progress: object) -> None:
        asked.append(options)
        raise MachineError("enough")

    monkeypatch.setattr(gpu, "devices", lambda: (gpu.Gpu("Tesla T4", "0", ""),))
    monkeypatch.setattr(gpu, "_torch_has_cuda", lambda: True)
    monkeypatch.setattr(batch, "grade", grade)
    folder = write_assignment(tmp_path / "double", {"assignment.toml": CUDA})
    result = run("grade", folder, tmp_path, "--out", tmp_path / "out", *more)
    assert [options.device for options in asked] == [device]
    assert ("Grading on Tesla T4; --device cpu grades on the CPU." in result.stderr) == (device == "cuda")


def test_a_full_disk_is_exit_3(course: Course, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> bool:
        raise files.failed(path, OSError(28, "No space left on device"))

    monkeypatch.setattr(files, "write", full)
    refused(course.grade(out), "No space left on device", 3)
    with pytest.raises(MachineError):
        files.write(out, b"")


def test_a_damaged_ledger(course: Course, out: Path) -> None:
    ledger = out / "ledger.sqlite"
    content = ledger.read_bytes()
    place = content.rindex(b'"status":"graded"')
    ledger.write_bytes(content[:place] + b'"status":"passed"' + content[place + 17 :])
    damaged = ledger.read_bytes()
    for words in (("status", out), ("triage", out), ("show", out, "ann"), ("override", out, "ann", "--task", "values", "--points", "1", *BY)):  # fmt: skip
        refused(run("grade", *words), "is damaged")
        assert ledger.read_bytes() == damaged
    refused(course.grade(out), "It is kept as ledger.damaged-1.sqlite.")
    assert (out / "ledger.damaged-1.sqlite").read_bytes() == damaged
    refused(course.grade(out), "--rebuild-ledger")
    rebuilt = course.grade(out, "--rebuild-ledger")
    assert rebuilt.stdout.splitlines()[1].startswith("  0 graded in ")
    assert scores(out) == scores(course.out)


def test_basic_isolation_is_warned_of(course: Course, out: Path) -> None:
    assert "with basic isolation" in course.grade(out, "--require", "basic").stderr
    assert "with basic" not in course.grade(out, "--require", "standard").stderr


# --- what looks into a folder


def test_status(course: Course) -> None:
    result = run("grade", "status", course.out)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:3] == [
        "double: 3 submissions, 2 graded, 1 ungraded",
        "id           status      score         notes",
        "ann          graded      4/4",
    ]
    told = json.loads(run("grade", "status", course.out, "--json").stdout)
    assert (told["schema"], told["assignment"]) == (1, "double")
    files_ = [json.loads(path.read_bytes()) for path in sorted((course.out / "results").iterdir())]
    assert told["submissions"] == files_


def test_show_and_triage(course: Course, tmp_path: Path) -> None:
    shown = json.loads(run("grade", "show", course.out, "bob", "--json").stdout)
    assert shown == json.loads((course.out / "results" / "bob.json").read_bytes())
    assert run("grade", "triage", course.out).stdout.startswith("1 x bob: 1 failed\n")
    groups = json.loads(run("grade", "triage", course.out, "--json").stdout)["groups"]
    assert [group["submissions"] for group in groups] == [["bob"], ["the odd one"]]
    with Ledger.open(tmp_path, "double"):
        pass
    assert run("grade", "triage", tmp_path).stdout == "No submission failed a test.\n"


def test_override_and_withdraw(out: Path) -> None:
    words = ("grade", "override", out, "bob", "--task", "values", *BY)
    assert run(*words, "--points", "2.5").stdout == "bob  graded      2.5/4         set by hand: values\n"
    assert scores(out)["bob"] == "2.5"
    assert run(*words, "--withdraw").stdout == "bob  graded      0/4\n"
    assert scores(out)["bob"] == "0"


@pytest.fixture(scope="module")
def grader(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with (
        one_grader(assignment.read(course.folder), tmp_path_factory.mktemp("scratch")) as ask,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(results_folder, "ask_once", ask)
        patch.setattr(trial, "ask_once", ask)
        yield


@pytest.mark.usefixtures("grader")
def test_replay(course: Course) -> None:
    words = ("grade", "show", course.out, "bob", "--replay", TEST)
    result = run(*words)
    assert (result.exit_code, result.stdout.splitlines()[:2]) == (
        0,
        [f"{TEST}: failed", "AssertionError: assert 3 == 6"],
    )
    told = json.loads(run(*words, "--json").stdout)
    assert told.keys() == {"schema", "id", "test", "outcome", "message", "changed"}
    refused(run("grade", "show", course.out, "bob", "--replay", "test_nowhere"), "there is no test test_nowhere")


# --- check


@pytest.mark.usefixtures("grader")
def test_a_student_tries_a_file(course: Course, tmp_path: Path) -> None:
    right = run("check", course.sent / "bob.py", "--assignment", course.folder)
    assert right.exit_code == 0  # the visible test is about 0 alone
    assert right.stdout.splitlines()[1:3] == ["  It loads, and defines double.", "Values: 1 of 1 visible tests passed"]
    (tmp_path / "wrong.py").write_text("def double(x):\n    return 1\n", encoding="utf-8")
    wrong = run("check", tmp_path / "wrong.py", "--assignment", course.folder, "--lang", "da")
    assert (wrong.exit_code, wrong.stderr) == (1, "")
    assert "Værdier: 0 of 1 visible tests passed" in wrong.stdout
    told = json.loads(run("check", course.sent / "ann.py", "--assignment", course.folder, "--json").stdout)
    assert [test["outcome"] for test in told["tests"]] == ["passed"]
    assert "test_three" not in json.dumps(told)


# --- assignments


def test_assignments_are_listed_and_shown(course: Course) -> None:
    lines = run("assignment", "list", "--lang", "ru").stdout.splitlines()
    assert [line.split()[0] for line in lines] == assignment.slugs()
    rows = json.loads(run("assignment", "list", "--json").stdout)
    assert [row["id"] for row in rows] == assignment.slugs()
    shown = run("assignment", "show", course.folder, "--lang", "da").stdout
    assert "double, version 1: To gange" in shown
    assert "  values              4 points    Værdier" in shown
    assert str(course.folder / "handout.da.md") in shown
    row = json.loads(run("assignment", "show", "conv2d", "--json").stdout)
    assert (row["id"], row["names"], row["points"]) == ("conv2d", ["conv2d"], 20)


@pytest.mark.parametrize("problems", [(), ("the starter gets 4 of 4, expected 0",)])
def test_assignments_are_checked(course: Course, problems: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    found = check.Checked("double", (1, 1), 1, 13, {}, problems)
    monkeypatch.setattr(check, "check", lambda *_, **__: found)
    result = run("assignment", "check", course.folder)
    assert (result.exit_code, result.stdout.splitlines()) == (len(problems), list(found.lines()))
    told = run("assignment", "check", course.folder, "--json")
    assert (told.exit_code, json.loads(told.stdout)["assignments"]) == (len(problems), [found.row()])


# --- help


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_help_is_laid_out(words: tuple[str, ...]) -> None:
    text = run(*words, "--help").output
    assert "\\b" not in text
    assert "\b" not in text
    assert "grade run" not in text
    _, example = text.split("Example:\n")
    called = f"convmark {' '.join(words).removesuffix(' run')}"
    assert any(line.strip().startswith(called) for line in example.split("\n\n")[0].splitlines())


@pytest.mark.parametrize("group", ["assignment", "grade"])
def test_a_group_says_in_whole_sentences_what_its_commands_do(group: str) -> None:
    _, listed = run(group, "--help").output.split("Commands:" if group == "assignment" else "What looks into OUT")
    assert "..." not in listed
