"""Zips for other machines: what lies in them, and what comes out where Gradescope unpacks one."""

import importlib.metadata
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from grader import assignment
from grader.errors import SuiteError
from grader.graders import Broken, Grader, ask_once
from grader.pack import autograder, gradescope, pack, stock_otter, wheel, zips
from grader.worker import kernel
from question_bank.errors import MachineError

from ..end_to_end.test_cli import run
from .conftest import TOML, write_assignment
from .one_grader import one_grader

ROOT = Path(__file__).parents[2]
TWO_TASKS = """
[[task]]
id = "shown"
points = 2
visibility = "visible"
title = { en = "Shown", he = "גלוי", ru = "Видно", da = "Vist" }
"""
FILES = {
    "assignment.toml": TOML.replace('fails = ["values"]', 'fails = ["values", "shown"]').replace(
        "[[wrong]]", f"{TWO_TASKS}\n[[wrong]]"
    ),
    "tests/hidden/test_values.py": """
        import pytest
        @pytest.mark.title("a number nobody expects")
        @pytest.mark.parametrize("secret", [7193, 4, 5, 6])
        def test_numbers(submission, secret):
            assert submission.double(secret) == 2 * secret
    """,
    "tests/hidden/test_shown.py": """
        def test_minus(submission):
            answer = submission.double(-1234567)
            if answer == "odd":
                raise OSError("no room")
            assert answer == -2469134
    """,
}
PR_CAPBSET_DROP, CAP_SYS_ADMIN = 24, 21
RIGHT = "def double(x):\n    return 2 * x\n"
HALF_RIGHT = "def double(x):\n    return 2 * x if 0 <= x < 6 else x\n"
HOSTILE = """
import glob, json, os, sys
ROOT = {root!r}
READ = []
for name in ("source/assignment/tests/hidden/test_values.py", "source/assignment/solution/double.py", "run_autograder"):
    try:
        READ.append(open(os.path.join(ROOT, name)).read())
    except OSError:
        pass
READ += glob.glob(ROOT + "/source/*")
for name in ("results/results.json", "source/assignment/tests/hidden/test_values.py", "submission/double.py"):
    try:
        with open(os.path.join(ROOT, name), "w") as file:
            json.dump({{"score": 1000, "tests": []}}, file)
    except OSError:
        pass
print("READ", READ)
print(json.dumps({{"score": 1000}}))
def double(x):
    if x == 4:
        return 8
    if x == 5:
        raise RuntimeError(READ)
    print(READ, file=sys.stderr, flush=True)
    os._exit(0)
"""


class Machine:
    """A folder laid out as Gradescope's /autograder, with a zip unpacked in it.

    Args:
        root: the folder.
        packed: the zip.
        project: where the wheel of the zip is installed; the packages that it needs are ours.
    """

    def __init__(self, root: Path, packed: Path, project: Path) -> None:
        self.root = root
        self.project = project
        self.submission = root / "submission"
        for name in ("source", "submission", "results"):
            (root / name).mkdir(parents=True)
        with zipfile.ZipFile(packed) as archive:
            archive.extractall(root / "source")
        shutil.copy(root / "source" / "run_autograder", root / "run_autograder")
        (root / "submission_metadata.json").write_text('{"id": 1}', encoding="utf-8")

    def grade(self, files: Mapping[str, str], **options: Any) -> dict[str, Any]:
        """Hand files in and run the autograder: what it wrote, and its output under `stdout`."""
        shutil.rmtree(self.submission)
        for name, content in files.items():
            path = self.submission / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        self.submission.mkdir(exist_ok=True)
        python = str(Path(sys.executable).parent)
        done = subprocess.run(
            ["bash", str(self.root / "run_autograder")], cwd=self.root, capture_output=True, text=True, check=True,
            env={"PATH": f"{python}:{os.environ['PATH']}", "PYTHONPATH": str(self.project), "AUTOGRADER_ROOT": str(self.root)},
            **options,
        )  # fmt: skip
        assert done.stderr == ""
        written = json.loads((self.root / "results" / "results.json").read_bytes())
        assert written["stdout_visibility"] == "hidden"
        return {**written, "stdout": done.stdout}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assignment that is packed: 4 points for hidden tests of hidden outcome, 2 for one that is shown."""
    return write_assignment(tmp_path_factory.mktemp("course") / "double", FILES)


@pytest.fixture(scope="module")
def packed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("packed") / "double.zip"
    result = run("assignment", "pack", folder, "--for", "gradescope", "--out", out)
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{out}\n", "")
    return out


@pytest.fixture(scope="module")
def project(packed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the zip, installed by pip into a folder of its own."""
    base = tmp_path_factory.mktemp("project")
    with zipfile.ZipFile(packed) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".whl")]
        archive.extract(name, base)
    pip = [sys.executable, "-m", "pip", "--isolated", "--quiet", "--disable-pip-version-check", "install"]
    how = ["--no-index", "--no-deps", "--no-compile", "--target", str(base / "there"), str(base / name)]
    subprocess.run([*pip, *how], check=True)
    return base / "there"


@pytest.fixture
def machine(packed: Path, project: Path, tmp_path: Path) -> Machine:
    return Machine(tmp_path / "auto grader", packed, project)


def seen_by_students(written: Mapping[str, Any]) -> str:
    """All that Gradescope shows them."""
    visible = [test for test in written["tests"] if test["visibility"] == "visible"]
    return json.dumps([written["output"], visible], ensure_ascii=False)


# --- on Gradescope's machine


def test_an_honest_submission_gets_its_points_and_sees_what_is_visible(machine: Machine) -> None:
    written = machine.grade({"double.py": RIGHT, "notes.txt": "mine", ".git/x.py": "", "__MACOSX/double.py": "("})
    assert written["score"] == 6
    assert written["output"] == ""
    assert written["extra_data"]["isolation"] in ("standard", "strict")
    assert sum(test["score"] for test in written["tests"]) == sum(test["max_score"] for test in written["tests"]) == 6
    assert [(test["name"], test["visibility"], test["status"]) for test in written["tests"]] == [
        ("zero", "visible", "passed"),
        ("minus", "visible", "passed"),
        *((f"a number nobody expects{each}", "hidden", "passed") for each in ("", " (2)", " (3)", " (4)")),
    ]
    assert written["stdout"] == f"graded; isolation {written['extra_data']['isolation']}\n"


def test_a_hostile_one_gets_its_honest_part_and_learns_nothing(machine: Machine) -> None:
    suite = machine.root / "source" / "assignment" / "tests" / "hidden" / "test_values.py"
    before = suite.read_bytes()
    written = machine.grade({"double.py": HOSTILE.format(root=str(machine.root))})
    assert written["score"] == 1  # for the 4
    assert [test["score"] for test in written["tests"]] == [0, 0, 0, 1, 0, 0]
    assert suite.read_bytes() == before
    assert "READ []" in written["output"]
    assert not re.search("7193|1234567|nobody expects", seen_by_students(written))
    assert "READ" not in written["stdout"]


def test_a_machine_that_holds_less_than_is_required_gives_no_score(folder: Path, project: Path, tmp_path: Path) -> None:
    pack(assignment.read(folder), "gradescope", tmp_path / "double.zip", "strict")
    machine = Machine(tmp_path / "autograder", tmp_path / "double.zip", project)
    (machine.root / "results" / "results.json").write_text('{"score": 6}', encoding="utf-8")  # of another time
    written = machine.grade({"double.py": RIGHT}, preexec_fn=none_of_its_namespaces if os.geteuid() == 0 else None)
    no_score(written, "isolation 'strict' does not hold here: the layer")
    assert "isolation 'strict'" in written["stdout"]


def none_of_its_namespaces() -> None:
    """As in an ordinary container; without root nobody has any."""
    kernel.prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN)


def no_score(written: Mapping[str, Any], said: str) -> None:
    assert '"score"' not in json.dumps(written)
    assert "no fault of yours" in written["output"]
    assert [test["visibility"] for test in written["tests"]] == ["hidden"]
    assert said in written["tests"][0]["output"]
    assert said not in seen_by_students(written)


def test_a_machine_without_the_project_has_no_score(machine: Machine) -> None:
    script = machine.root / "run_autograder"
    script.write_text(script.read_text(encoding="utf-8").replace("-m grader.pack", "-m nowhere"), encoding="utf-8")
    with pytest.raises(AssertionError, match="nowhere"):  # said on its standard error
        machine.grade({"double.py": RIGHT})
    no_score(json.loads((machine.root / "results" / "results.json").read_bytes()), "the log of setup.sh")


# --- the same with one grader, for what is in the submission folder


@pytest.fixture(scope="module")
def grade(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., dict[str, Any]]]:
    """Grades some files as the autograder does; gives what it wrote."""
    root = tmp_path_factory.mktemp("autograder")
    shutil.copytree(folder, root / "source" / "assignment")
    with (
        one_grader(assignment.read(folder), tmp_path_factory.mktemp("scratch")) as ask,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(autograder, "ask_once", ask)

        def graded(files: Mapping[str, str]) -> dict[str, Any]:
            shutil.rmtree(root / "submission", ignore_errors=True)
            (root / "submission").mkdir()
            for name, content in files.items():
                (root / "submission" / name).write_text(content, encoding="utf-8")
            autograder.main(root, root / "source", "standard")
            written: dict[str, Any] = json.loads((root / "results" / "results.json").read_bytes())
            return written

        yield graded


def notebook(code: str) -> str:
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None, "outputs": [], "source": code}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]})


@pytest.mark.parametrize(
    ("files", "score", "said"),
    [
        ({"half.py": HALF_RIGHT}, 2, ""),
        ({"double.py": HALF_RIGHT, "other.py": RIGHT}, 2, ""),
        ({"mine.ipynb": notebook(RIGHT), "helper.py": "", "data.csv": "1"}, 6, ""),
        ({"a.py": RIGHT, "b.py": RIGHT}, 0, "which file is meant?"),
        ({"mine.ipynb": '{"cells": ['}, 0, "the notebook is damaged"),
        ({"essay.txt": "convolution"}, 0, "there is no notebook (.ipynb) and no Python file (.py) in it: only essay.txt"),
        ({}, 0, "it is empty"),
        ({"double.py": "x = 1\n"}, 0, "double is not defined."),
    ],
    ids=["partial", "by name", "one notebook", "two files", "malformed", "another kind", "empty", "nothing of it"],
)  # fmt: skip
def test_what_is_handed_in_is_graded_and_faults_are_told(
    grade: Callable[..., dict[str, Any]], files: dict[str, str], score: int, said: str
) -> None:
    written = grade(files)
    assert written["score"] == score
    assert said in written["output"]
    assert sum(test["score"] for test in written["tests"]) == score


def test_a_test_that_fails_for_reasons_of_its_own_costs_nobody_points(grade: Callable[..., dict[str, Any]]) -> None:
    no_score(grade({"double.py": "def double(x):\n    return 'odd'\n"}), "OSError: no room")


def test_a_missing_folder_is_no_fault_of_a_student(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(folder, tmp_path / "source" / "assignment")
    autograder.main(tmp_path, tmp_path / "source", "standard")
    no_score(json.loads((tmp_path / "results" / "results.json").read_bytes()), "is gone")
    assert "is gone" in capsys.readouterr().out


@pytest.mark.parametrize(
    "error", [MachineError("the layer 'landlock' is missing", "Use Linux 5.13"), ValueError("odd")]
)
def test_whatever_goes_wrong_is_ours(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    shutil.copytree(folder, tmp_path / "source" / "assignment")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(autograder, "ask_once", fail)
    autograder.main(tmp_path, tmp_path / "source", "standard")
    no_score(json.loads((tmp_path / "results" / "results.json").read_bytes()), str(error))


def test_a_grader_that_was_killed_is_tried_once_more(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    async def killed(*_: object) -> None:
        tries.append(1)
        raise Broken("killed")

    monkeypatch.setattr(Grader, "grade", killed)
    monkeypatch.setattr(autograder, "ask_once", ask_once)
    with pytest.raises(SuiteError, match="killed"):
        autograder.graded(assignment.read(folder), tmp_path, "standard")
    assert len(tries) == 2


# --- what lies in the zips


def test_gradescopes_zip(packed: Path, folder: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        modes = {entry.filename: stat.S_IMODE(entry.external_attr >> 16) for entry in archive.infolist()}
        assert archive.testzip() is None
        script = archive.read("run_autograder").decode()
    project = f"convmark-{importlib.metadata.version('convmark')}-py3-none-any.whl"
    own = {f"assignment/{name}" for name in [*assignment_files(folder)]}
    assert modes.keys() == {"README.md", "requirements.txt", "run_autograder", "setup.sh", project, *own}
    assert {name for name, mode in modes.items() if mode == 0o755} == {"run_autograder", "setup.sh"}
    assert {mode for name, mode in modes.items() if name not in gradescope.SCRIPTS} == {0o644}
    assert script.startswith("#!")
    assert 'require="standard"' in script


def assignment_files(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


def test_what_is_compiled_or_a_repositorys_own_stays_here(an_assignment: Callable[..., Path]) -> None:
    it = assignment.read(an_assignment())
    clean = zips.of_assignment(it, "a")
    for name in (".git/config", "tests/hidden/__pycache__/x.pyc", "tests/.pytest_cache/README.md"):
        (it.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (it.folder / name).touch()
    assert zips.of_assignment(it, "a") == clean
    assert {f"a/{name}" for name in ("assignment.toml", "tests/hidden/test_values.py")} < clean.keys()


@pytest.mark.parametrize("kind", ["gradescope", "otter"])
def test_the_same_bytes_twice_and_nothing_of_this_machine(
    kind: str, folder: Path, tmp_path: Path, *, nightly: bool
) -> None:
    if kind == "otter" and not nightly:
        pytest.skip("otter takes long over a zip: nightly")
    elsewhere = Path(shutil.copytree(folder, tmp_path / "another" / "double"))
    for path in elsewhere.rglob("*"):
        os.utime(path, (1, 1))
    made = []
    for number, each in enumerate((folder, elsewhere)):
        pack(assignment.read(each), kind, tmp_path / f"{number}.zip")
        made.append((tmp_path / f"{number}.zip").read_bytes())
    assert made[0] == made[1]
    here = {str(ROOT), str(folder), str(tmp_path), sys.prefix}
    assert [place for place in here if place.encode() in made[0]] == []


@pytest.mark.parametrize("script", ["setup.sh", "run_autograder"])
def test_the_scripts_are_bash_and_name_no_index(packed: Path, tmp_path: Path, script: str) -> None:
    with zipfile.ZipFile(packed) as archive:
        path = Path(archive.extract(script, tmp_path))
    assert subprocess.run(["bash", "-n", str(path)], check=False, capture_output=True).stderr == b""
    assert "://" not in path.read_text(encoding="utf-8")


def test_the_wheel_is_the_project_without_its_assignments(project: Path) -> None:
    version = importlib.metadata.version("convmark")
    about = project / f"convmark-{version}.dist-info"
    assert {path.name for path in project.iterdir()} == {"bin", "cli.py", "grader", "question_bank", about.name}
    assert (project / "bin" / "convmark").exists()
    assert (about / "licenses" / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    [found] = importlib.metadata.distributions(path=[str(project)])
    assert (found.version, sorted(found.requires or ())) == (version, sorted(needs("convmark")))


def test_the_wheel_has_all_that_pyproject_packs_and_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {*wheel.PATTERNS} == {"*.py", *project["tool"]["setuptools"]["package-data"]["*"]}
    found = project["tool"]["setuptools"]["packages"]["find"]["include"]
    assert {f"{name}*" for name in (*wheel.PACKAGES, "assignments")} == {*found}
    assert project["tool"]["setuptools"]["py-modules"] == ["cli"]
    assert project["project"]["scripts"] == {"convmark": "cli:main"}


def test_the_pins_are_those_of_versions_txt_for_all_that_is_needed() -> None:
    """Names that are missing or too many: copy their lines from versions.txt, or remove them."""
    pins = zips.text("requirements.txt").splitlines()
    known = (ROOT / "versions.txt").read_text(encoding="utf-8").splitlines()
    assert set(pins) <= set(known)
    named = {folded(line.partition("==")[0]) for line in pins}
    assert needed("convmark") & {folded(line.partition("==")[0]) for line in known} <= named


def folded(name: str) -> str:
    return re.sub("[-_.]+", "-", name).lower()


def needs(name: str) -> list[str]:
    """What a distribution needs, extras aside."""
    return [need for need in importlib.metadata.requires(name) or () if "extra ==" not in need]


def needed(name: str) -> set[str]:
    """What a distribution needs here, and what that needs."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for need in map(Requirement, needs(waiting.pop())):
            if folded(need.name) not in found and (need.marker is None or need.marker.evaluate()):
                found.add(folded(need.name))
                waiting.append(need.name)
    return found


def test_the_zip_for_otter_comes_with_a_warning(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock_otter, "files", lambda _: {})  # what lies in it: test_otter.py
    result = run("assignment", "pack", folder, "--for", "otter", "--out", tmp_path / "otter.zip")
    assert (result.exit_code, result.stdout) == (0, f"{tmp_path / 'otter.zip'}\n")
    assert result.stderr.startswith("Warning: with stock otter there is no wall")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("doubel", "--for", "gradescope", "--out", "new.zip"), "there is no assignment 'doubel'"),
        (("double", "--out", "new.zip"), "--for"),
        (("double", "--for", "moodle", "--out", "new.zip"), "moodle"),
        (("double", "--for", "gradescope"), "--out"),
        (("double", "--for", "gradescope", "--out", "there.zip"), "there.zip exists"),
        (("double", "--for", "gradescope", "--out", "double"), "is a directory"),
        (("double", "--for", "gradescope", "--out", "new.zip", "--require", "none"), "none"),
        (("double", "--for", "otter", "--out", "new.zip", "--require", "basic"), "--require is for gradescope"),
    ],
)  # fmt: skip
def test_wrong_use_is_one_message_and_nothing_written(
    words: tuple[str, ...], says: str, an_assignment: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    base = an_assignment().parent
    monkeypatch.chdir(base)
    Path("there.zip").write_text("mine", encoding="utf-8")
    before = sorted(base.rglob("*"))
    result = run("assignment", "pack", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert sorted(base.rglob("*")) == before
    assert Path("there.zip").read_text(encoding="utf-8") == "mine"


def test_a_place_that_cannot_be_written_is_exit_3(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run("assignment", "pack", folder, "--for", "gradescope", "--out", tmp_path / "file" / "new.zip")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "cannot write" in result.stderr


def test_basic_is_packed_when_asked_for_and_warned_of(folder: Path, tmp_path: Path) -> None:
    result = run("assignment", "pack", folder, "--for", "gradescope", "--out", tmp_path / "b.zip", "--require", "basic")
    assert result.exit_code == 0
    assert "with basic isolation" in result.stderr
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert b'require="basic"' in archive.read("run_autograder")
        assert b"`basic` isolation" in archive.read("README.md")


def test_setup_installs_what_grading_needs(packed: Path, tmp_path: Path, *, nightly: bool) -> None:
    """The whole of it, from whatever index pip knows; it takes minutes."""
    if not nightly:
        pytest.skip("it installs torch: nightly")
    machine = Machine(tmp_path / "autograder", packed, tmp_path / "nowhere")
    environment = {**os.environ, "AUTOGRADER_ROOT": str(machine.root)}
    subprocess.run(["bash", str(machine.root / "source" / "setup.sh")], check=True, env=environment)
    written = machine.grade({"double.py": RIGHT})
    assert written["score"] == 6
