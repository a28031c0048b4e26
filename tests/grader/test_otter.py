"""The same honest submission through stock `otter run` and through our path: the same points for each task.

Stock otter runs in a process of its own on an equivalent zip, for it has no wall.
"""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from .grading import grade_folder
from .stock import by_otter
from .test_suite import FILES

HALF_RIGHT = "import numpy as np\ndef double(x):\n    return 2 * x if np.size(x) < 3 else x\n"


@pytest.mark.parametrize(
    "code", [HALF_RIGHT, "def double(x):\n    return x * 2\n", "def double(x):\n    return None\n"]
)
def test_otter_run_counts_the_same_points(
    an_assignment: Callable[..., Path], tmp_path: Path, code: str, *, nightly: bool
) -> None:
    if code != HALF_RIGHT and not nightly:
        pytest.skip("otter run takes long: the others nightly")
    toml = FILES["assignment.toml"].replace('after = ["values"]\n', "")  # otter knows no order between tasks
    folder = an_assignment({**FILES, "assignment.toml": toml})
    submission = tmp_path / "ann.py"
    submission.write_text(code, encoding="utf-8")
    theirs = by_otter(folder, submission, tmp_path / "stock")
    ours = grade_folder(folder, [submission], tmp_path / "out")["ann"]
    assert {task["id"]: (task["points"], task["max_points"]) for task in ours["tasks"]} == {
        task: (pytest.approx(score, abs=1e-4), pytest.approx(most)) for task, (score, most) in theirs.items()
    }
    with zipfile.ZipFile(tmp_path / "stock" / "autograder.zip") as archive:
        names = set(archive.namelist())
        assert "**There is no wall.**" in archive.read("README.md").decode()
    assert {"otter_config.json", "run_otter.py", "setup.sh", "environment.yml", "run_autograder"} < names
    assert {name for name in names if re.fullmatch(r"tests/[^/]*", name)} == {f"tests/{task}.py" for task in theirs}


def test_otters_names_of_cases_are_its_own(an_assignment: Callable[..., Path]) -> None:
    """Two tests of one title in one task stay two cases."""
    suite = """
        import pytest
        @pytest.mark.title("it's \\"the\\" same")
        @pytest.mark.parametrize("x", [1, 2])
        def test_a(submission, x):
            assert submission.double(x) == 2 * x
    """
    folder = an_assignment({"tests/hidden/test_values.py": suite})
    submission = folder.parent / "one.py"
    submission.write_text("def double(x):\n    return 2\n", encoding="utf-8")
    result = grade_folder(folder, [submission], folder.parent / "out")["one"]
    assert [test["outcome"] for test in result["tests"]] == ["failed", "passed", "failed"]
    assert result["score"] == 2
