"""The same honest submission through stock `otter run` and through our path: the same points for each task.

Stock otter runs in a process of its own on an equivalent zip, for it has no wall.
"""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader import assignment
from grader.suite import Node, collected, shares

from .grading import grade_folder
from .test_suite import FILES

BRIDGE = Path(__file__).with_name("stock_bridge.py")
HALF_RIGHT = "import numpy as np\ndef double(x):\n    return 2 * x if np.size(x) < 3 else x\n"


def stock_zip(folder: Path, path: Path) -> None:
    """What an instructor would give to stock otter: our test files, the genuine suite, and a bridge to it."""
    it = assignment.read(folder)
    nodes: list[Node] = []
    collected(it, lambda suite: nodes.extend(suite.nodes))
    code = (
        "import json, sys; from pathlib import Path; from fractions import Fraction; from grader.otter_bridge import"
        " sources; from grader.suite import Node; nodes, points, ask = json.load(sys.stdin);"
        " nodes = [Node(*each[:4], Fraction(each[4]), each[5]) for each in nodes];"
        " print(json.dumps(sources(nodes, {key: Fraction(value) for key, value in points.items()}, ask)))"
    )
    ask = (
        "import importlib.util, os\n\n"
        "spec = importlib.util.spec_from_file_location('_bridge', os.path.abspath('tests/hidden/_bridge.py'))\n"
        "bridge = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(bridge)\n\n\n"
        f"NODES = {[node.id for node in nodes]!r}\n\n\n"
        "def ask(env, number):\n    bridge.ask(env, NODES[number])\n"
    )
    told = [
        [[node.id, node.task, node.title, node.kind, str(node.weight), node.visible] for node in nodes],
        {key: str(value) for key, value in shares(nodes, it.tasks).items()},
        ask,
    ]
    made = subprocess.run(  # otter in a process of its own: importing it warns
        [sys.executable, "-c", code], input=json.dumps(told), capture_output=True, text=True, check=True
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("otter_config.json", json.dumps({"show_hidden": True}))
        for task, source in json.loads(made.stdout).items():
            archive.writestr(f"tests/{task}.py", source)
        archive.write(BRIDGE, "tests/hidden/_bridge.py")
        archive.write(it.solution, "tests/hidden/_reference.py")
        for place in ("visible", "hidden"):
            for file in (it.folder / "tests" / place).glob("*.py"):
                archive.write(file, f"tests/hidden/{place}/{file.name}")


def by_otter(folder: Path, submission: Path, workshop: Path) -> dict[str, tuple[float, float]]:
    """Points and maximum of each task by stock `otter run`."""
    workshop.mkdir()
    stock_zip(folder, workshop / "autograder.zip")
    otter = Path(sys.executable).with_name("otter")
    done = subprocess.run(
        [str(otter), "run", str(submission), "-a", str(workshop / "autograder.zip"), "-o", str(workshop)],
        capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "PYTHONWARNINGS": "ignore", "TMPDIR": str(workshop)},
    )  # fmt: skip
    results = workshop / "results.json"
    assert results.exists(), done.stdout + done.stderr
    tests = json.loads(results.read_text(encoding="utf-8"))["tests"]
    return {test["name"]: (test["score"], test["max_score"]) for test in tests if "score" in test}


@pytest.mark.parametrize(
    "code", [HALF_RIGHT, "def double(x):\n    return x * 2\n", "def double(x):\n    return None\n"]
)
def test_otter_run_counts_the_same_points(an_assignment: Callable[..., Path], tmp_path: Path, code: str) -> None:
    toml = FILES["assignment.toml"].replace('after = ["values"]\n', "")  # otter knows no order between tasks
    folder = an_assignment({**FILES, "assignment.toml": toml})
    submission = tmp_path / "ann.py"
    submission.write_text(code, encoding="utf-8")
    ours = grade_folder(folder, [submission], tmp_path / "out")["ann"]
    theirs = by_otter(folder, submission, tmp_path / "stock")
    assert {task["id"]: (task["points"], task["max_points"]) for task in ours["tasks"]} == {
        task: (pytest.approx(score, abs=1e-4), pytest.approx(most)) for task, (score, most) in theirs.items()
    }


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
