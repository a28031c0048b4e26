"""Stock otter, for comparison: `otter run` with the zip that `assignment pack --for otter` makes."""

import json
import os
import subprocess
import sys
from pathlib import Path

from grader import assignment
from grader.pack import pack


def stock_zip(folder: Path, path: Path) -> None:
    """What an instructor would give to stock otter."""
    pack(assignment.read(folder), "otter", path)


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
