"""Stock otter, for comparison: the zip that an instructor would give it for an assignment of ours, and `otter run`."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from grader import assignment
from grader.suite import Node, collected, shares

BRIDGE = Path(__file__).with_name("stock_bridge.py")


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
    return run(submission, workshop / "autograder.zip", workshop)


def run(submission: Path, autograder: Path, workshop: Path) -> dict[str, tuple[float, float]]:
    """The same with a zip that is made already."""
    otter = Path(sys.executable).with_name("otter")
    done = subprocess.run(
        [str(otter), "run", str(submission), "-a", str(autograder), "-o", str(workshop)],
        capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "PYTHONWARNINGS": "ignore", "TMPDIR": str(workshop)},
    )  # fmt: skip
    results = workshop / "results.json"
    assert results.exists(), done.stdout + done.stderr
    tests = json.loads(results.read_text(encoding="utf-8"))["tests"]
    return {test["name"]: (test["score"], test["max_score"]) for test in tests if "score" in test}
