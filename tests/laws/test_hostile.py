"""What hostile submissions get is what their first line says, and beside that nobody gets or loses anything.

They are graded by the real command in one batch, with an honest neighbour among them: by all hidden tests
nightly, by one of each file otherwise. `-k` grades those that it names.
"""

import ast
import contextlib
import csv
import html
import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from grader.file_names import readable
from grader.worker import kernel

from ..grader.grading import grade_folder

pytestmark = pytest.mark.alone

ROOT = Path(__file__).parents[2]
CONV2D = ROOT / "assignments" / "conv2d"
HOSTILE = ROOT / "tests" / "hostile"
HONEST = HOSTILE / "honest.py"
LIMITS = """
[limits]
load_seconds = 1.5
test_seconds = 1
wall_seconds = 5
cpu_seconds = 5
memory_mb = 600
output_mb = 1
output_kill_mb = 4
"""
ONE_OF_EACH = """

def pytest_collection_modifyitems(items):
    items[:] = {item.path: item for item in items[::-1]}.values()
"""
FIRST_LINE = re.compile(r"# expect: (\w+(?: or \w+)*), (at most|exactly) (\d+(?:\.\d+)?)(; made)?")
STATUSES = {"graded", "partial", "rejected", "error", "timeout", "memory", "output"}
PATIENCE = 5.0
TEXT = {
    "p",
    "pre",
    "code",
    "bdi",
    "span",
    "div",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "details",
    "summary",
    "strong",
    "em",
    "br",
}


@dataclass(frozen=True, slots=True)
class Case:
    """A file of the corpus and what its first line says."""

    path: Path
    statuses: frozenset[str]
    exactly: bool
    points: float
    made: bool

    @classmethod
    def read(cls, path: Path) -> "Case":
        found = FIRST_LINE.fullmatch(path.read_text(encoding="utf-8").partition("\n")[0])
        assert found, f"{path.name} does not begin with what it must get"
        statuses, how, points, made = found.groups()
        return cls(path, frozenset(statuses.split(" or ")), how == "exactly", float(points), bool(made))

    @property
    def kind(self) -> str:
        return self.path.parent.name

    def put(self, folder: Path, workshop: Path) -> Path:
        """Lay the submission down in a folder; one that is made is made in a workshop of its own first."""
        if not self.made:
            return Path(shutil.copy(self.path, folder))
        workshop.mkdir()
        made: Path = _module(self.path).make(workshop)
        return made.rename(folder / made.name)


CASES = [Case.read(path) for path in sorted(HOSTILE.glob("*/*.py"))]


@dataclass(frozen=True)
class Batch:
    """How the grading went."""

    results: Mapping[str, Any]
    ids: Mapping[Case, str]
    out: Path
    printed: str
    left: tuple[str, ...]

    def files(self) -> Iterator[tuple[str, str]]:
        """Every text that somebody may read afterwards: what was printed, and each file but the ledger's."""
        yield "printed", self.printed
        for path in sorted(self.out.rglob("*")):
            if path.is_file() and not path.name.startswith("ledger.sqlite"):
                yield path.name, path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def batch(nightly: bool, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Batch:
    """The submissions that tests were chosen for, graded; all of them where none was."""
    items = [item for item in request.session.items if isinstance(item, pytest.Function) and hasattr(item, "callspec")]
    chosen = [item.callspec.params["case"] for item in items if "case" in item.callspec.params]
    cases = [case for case in CASES if case in chosen] or CASES
    return _graded(cases, tmp_path_factory.mktemp("hostile"), whole=nightly)


def _graded(cases: list[Case], base: Path, *, whole: bool) -> Batch:
    assignment = Path(shutil.copytree(CONV2D, base / "conv2d"))
    table = assignment / "assignment.toml"
    table.write_text(table.read_text(encoding="utf-8").replace("\n[files]", f"{LIMITS}\n[files]"), encoding="utf-8")
    if not whole:
        with (assignment / "tests" / "hidden" / "conftest.py").open("a", encoding="utf-8") as file:
            file.write(ONE_OF_EACH)
    folder, out, temporary = base / "submissions", base / "out", base / "tmp"
    folder.mkdir()
    temporary.mkdir()
    shutil.copy(HONEST, folder)
    ids = {}
    for case in cases:
        path = case.put(folder, base / case.path.stem)
        ids[case] = readable(path.name if path.is_dir() and not path.is_symlink() else path.name.rpartition(".")[0])
    assert len(set(ids.values())) == len(cases)
    printed = io.StringIO()
    with (
        _canary() as harmed,
        _temporary_files_in(temporary),
        _orphans_are_ours() as processes,
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
    ):
        results = grade_folder(assignment, [folder], out)
        left = [f"process {name}" for name in processes()]
        left += [f"file {path}" for path in temporary.rglob("*")]
        left += [f"file {path}" for place in ("/tmp", "/dev/shm") for path in Path(place).glob("convmark-was-here*")]
        left += harmed()
    return Batch(results, ids, out, printed.getvalue(), tuple(left))


@contextlib.contextmanager
def _canary() -> Iterator[Callable[[], list[str]]]:
    """A file that attacks aim at; gives a function that says what was done to it."""
    descriptor, name = tempfile.mkstemp(prefix="convmark-canary-", dir="/tmp")
    os.write(descriptor, b"alive")
    os.close(descriptor)
    path = Path(name)
    before = _state(path)
    try:
        yield lambda: [] if path.exists() and _state(path) == before else [f"harm to {path}"]
    finally:
        path.unlink(missing_ok=True)


def _state(path: Path) -> tuple[object, ...]:
    found = path.lstat()
    return path.read_bytes(), found.st_ino, found.st_mode, found.st_nlink, found.st_mtime_ns


@contextlib.contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))
        patch.setattr(tempfile, "tempdir", None)
        yield


@contextlib.contextmanager
def _orphans_are_ours() -> Iterator[Callable[[], list[str]]]:
    """Whatever a batch leaves behind becomes a child of this process; gives a function that waits and names it."""
    before = _living()

    def left() -> list[str]:
        until = time.monotonic() + PATIENCE
        while (found := _living() - before) and time.monotonic() < until:
            time.sleep(0.02)
        return [_command(pid) for pid in found]

    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    try:
        yield left
    finally:
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 0)


def _living() -> set[int]:
    """The processes below this one that are no zombies."""
    parents, states = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            states[int(path.parent.name)], parents[int(path.parent.name)] = (
                path.read_text().rpartition(")")[2].split()[:2]
            )
    below = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if int(parent) in below} - below:
        below |= more
    return {pid for pid in below - {os.getpid()} if states[pid] not in "ZX"}


def _command(pid: int) -> str:
    try:
        return f"{pid}: {Path(f'/proc/{pid}/cmdline').read_text()!r}"
    except OSError:
        return f"{pid}, which has ended since"


def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"hostile_{path.stem}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- the corpus


def test_each_file_says_what_it_tries_and_no_two_try_the_same() -> None:
    tries = [ast.get_docstring(ast.parse(case.path.read_text(encoding="utf-8"))) for case in CASES]
    assert len(CASES) >= 70
    assert all(tries)
    assert len(set(tries)) == len(tries)
    assert all(case.statuses <= STATUSES for case in CASES)
    assert all(case.points == 0 for case in CASES if not case.statuses & {"graded", "partial"})


def test_pytest_imports_none_of_them() -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", str(HOSTILE)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED


# --- what each gets


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}/{case.path.stem}")
def test_it_gets_what_its_first_line_says(batch: Batch, case: Case) -> None:
    result = batch.results[batch.ids[case]]
    found = f"{result['status']}, {result['score']} points: {result['output'][:300]}"
    assert result["status"] in case.statuses, found
    assert result["score"] == case.points if case.exactly else result["score"] <= case.points, found
    outcomes = [] if result["status"] == "rejected" else [test["name"] for test in batch.results["honest"]["tests"]]
    assert [test["name"] for test in result["tests"]] == outcomes


def test_the_honest_neighbour_gets_all_points(batch: Batch) -> None:
    honest = batch.results["honest"]
    assert (honest["status"], honest["score"], honest["max_score"]) == ("graded", 20, 20)
    assert batch.results.keys() == {"honest", *batch.ids.values()}


def test_nothing_is_left_and_nothing_is_harmed(batch: Batch) -> None:
    assert batch.left == ()


# --- what is shown of it


def _hidden_lines() -> frozenset[str]:
    """The lines of hidden tests and solution that students have nowhere else; short ones say nothing."""

    def lines(*patterns: str) -> set[str]:
        texts = [path.read_text(encoding="utf-8") for pattern in patterns for path in CONV2D.glob(pattern)]
        return {line.strip() for text in texts for line in text.splitlines()}

    secret = lines("tests/hidden/*.py", "solution/*.py") - lines("tests/visible/*.py", "starter/*.py", "handout.*.md")
    return frozenset(line for line in secret if len(line) >= 25)


def _readings(text: str) -> list[str]:
    """A text as it stands and as its readers undo its escapes."""
    return [text, html.unescape(text), text.replace('\\"', '"').replace("\\\\", "\\")]


def test_no_line_of_the_hidden_tests_is_shown(batch: Batch) -> None:
    lines = _hidden_lines()
    assert len(lines) > 50
    shown = {name: line for name, text in batch.files() for each in _readings(text) for line in lines if line in each}
    assert shown == {}


def test_no_terminal_obeys_what_is_shown(batch: Batch) -> None:
    assert [name for name, text in batch.files() if re.search("[\x00\x1b\x7f-\x9f]", text)] == []


def test_no_job_obeys_what_is_printed(batch: Batch) -> None:
    assert re.search(r"^\s*(::|##\[|##vso|##teamcity)", batch.printed, re.MULTILINE) is None


def test_the_gradebook_is_a_table_that_computes_nothing(batch: Batch) -> None:
    with (batch.out / "gradebook.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert len(rows) == len(batch.results)
    assert {len(row) for row in rows} == {len(header)}
    assert [cell for row in rows for cell in row if re.match(r"\s*[=+\-@]", cell)] == []


def test_the_other_reports_can_be_read(batch: Batch) -> None:
    suites = ET.parse(batch.out / "junit.xml").getroot()
    assert len(list(suites.iter("testsuite"))) == len(batch.results)
    files = [json.loads(path.read_text(encoding="utf-8")) for path in (batch.out / "results").iterdir()]
    assert {file["id"]: file for file in files} == batch.results


class Page(HTMLParser):
    """What a page would do: its elements, and its attributes that run or load something."""

    def __init__(self) -> None:
        super().__init__()
        self.active: set[str] = set()

    @classmethod
    def read(cls, path: Path) -> "Page":
        page = cls()
        page.feed(path.read_text(encoding="utf-8"))
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        acts = [(name, value) for name, value in attrs if name.startswith("on") or name in ("href", "src", "action")]
        self.active |= {tag, *(f"{name}={value}" for name, value in acts)}


def test_no_page_runs_or_loads_what_a_submission_wrote(batch: Batch) -> None:
    """Beside what stands on the neighbour's page there is text, and lists of it."""
    pages = {path.name: Page.read(path).active for path in (batch.out / "feedback").iterdir()}
    ordinary = pages["honest.html"] | TEXT
    assert {name: active - ordinary for name, active in pages.items() if active - ordinary} == {}
