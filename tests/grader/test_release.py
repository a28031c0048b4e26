"""Out and back: what students get runs by itself, holds nothing hidden, and is graded when it comes back."""

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader import assignment
from grader.errors import SuiteError
from grader.release import release, released
from question_bank.errors import UsageError

from .grading import grade_folder

SLUGS = assignment.slugs()
LANGUAGES = ("en", "he", "ru", "da")


def run(folder: Path, slug: str) -> list[str]:
    """What the checks of a released folder say, when Jupyter has run its notebook."""
    path = folder / f"{slug}.ipynb"
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "IPYTHON", "PYTHON"))}
    jupyter = Path(sys.executable).with_name("jupyter-execute")
    told = subprocess.run(
        [jupyter, "--inplace", path.name], cwd=folder, env={**plain, "IPYTHONDIR": str(folder.parent / "ipython")},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    outputs = [out for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] for out in cell.get("outputs", ())]
    texts = ["".join(out.get("data", {}).get("text/plain", ())) for out in outputs]
    return [line for text in texts for line in text.splitlines() if " results:" in line]


def solve(folder: Path, it: assignment.Assignment) -> Path:
    """Put the solution where students write theirs."""
    path = folder / f"{it.slug}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    begins = tuple(f"{word} {name}(" for name in it.names for word in ("def", "class"))
    [answer] = [cell for cell in notebook["cells"] if cell["source"].startswith(begins)]
    answer["source"] = it.solution.read_text(encoding="utf-8")
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


@pytest.mark.parametrize("slug", SLUGS)
def test_out_and_back(slug: str, tmp_path: Path, *, nightly: bool) -> None:
    it = assignment.find(slug)
    checked = [task for task in it.tasks if (it.folder / "tests" / "visible" / f"test_{task.id}.py").exists()]
    release(it, tmp_path / "untouched", "en")
    release(it, tmp_path / "solved", "he")
    solved = solve(tmp_path / "solved", it)
    told = run(tmp_path / "solved", slug)
    assert told == [f"{task.id} results: All test cases passed!" for task in checked]
    if nightly:  # by default its grading below says the same
        assert [line for line in run(tmp_path / "untouched", slug) if "passed!" in line] == []
    (tmp_path / "in").mkdir()
    (tmp_path / "untouched" / f"{slug}.ipynb").rename(tmp_path / "in" / "untouched.ipynb")
    solved.rename(tmp_path / "in" / "solved.ipynb")
    results = grade_folder(it.folder, [tmp_path / "in"], tmp_path / "out")
    assert (results["solved"]["status"], results["solved"]["score"]) == ("graded", it.points)
    assert (results["untouched"]["status"], results["untouched"]["score"]) == ("graded", 0)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", SLUGS)
def test_a_notebook_of_each_language_is_valid_and_its_own(slug: str, language: str) -> None:
    nbformat = pytest.importorskip("nbformat")
    it = assignment.find(slug)
    files = released(it, language)
    notebook = nbformat.reads(files[f"{slug}.ipynb"], as_version=4)
    nbformat.validate(notebook)
    texts = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert texts[0].strip() == it.handout(language).read_text(encoding="utf-8").strip()
    assert [text for text in texts if "{" in text and text is not texts[0]] == []
    assert all(f"**{task.title[language]}**" in texts for task in it.tasks if f"tests/{task.id}.py" in files)


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_hidden_is_in_it(slug: str) -> None:
    it = assignment.find(slug)
    given = [*it.folder.glob("tests/visible/*.py"), it.starter, *it.folder.glob("handout.*.md")]
    known = {line.strip() for path in given for line in path.read_text(encoding="utf-8").splitlines()}
    hidden = [*it.folder.glob("tests/hidden/*.py"), it.solution]
    secret = {line.strip() for path in hidden for line in path.read_text(encoding="utf-8").splitlines()} - known
    text = "\n".join(json.dumps(text, ensure_ascii=False) for text in released(it, "en").values())
    assert [line for line in secret if len(line) >= 25 and json.dumps(line, ensure_ascii=False)[1:-1] in text] == []


def test_the_same_assignment_gives_the_same_files(tmp_path: Path) -> None:
    it = assignment.find(SLUGS[0])
    for name in ("a", "b"):
        release(it, tmp_path / name, "ru")
    first, second = (
        {
            path.relative_to(tmp_path / name): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("a", "b")
    )
    assert first == second
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(UsageError, match="exists"):
        release(assignment.find(SLUGS[0]), tmp_path / "mine", "en")


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"tests/visible/test_values.py": "def test_zero(submission, rng): ...\n"}, "test_zero cannot be released"),
        ({"starter/double.py": "double = None\n"}, "begins with the function or class"),
    ],
)
def test_what_cannot_be_released_is_said(an_assignment: Callable[..., Path], files: dict[str, str], says: str) -> None:
    it = assignment.read(an_assignment(files))
    with contextlib.redirect_stdout(io.StringIO()), pytest.raises(SuiteError, match=says):
        released(it, "en")
