"""What lies in the zip for stock otter: its own test files, and the suite that they ask, in the student's process.

Only `tests/` reaches all the ways that otter grades, and of it only tests/*.py is taken for test files.
"""

import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from grader.assignment import Assignment
from grader.pack.wheel import wheel
from grader.pack.zips import of_assignment, text
from grader.suite import Node, collected, shares
from question_bank.errors import MachineError

PLACE = "tests/hidden"
_PACKAGES = ("numpy==", "pydantic==", "pytest==", "torch==")
"""What the suite needs in otter's kernel beside otter."""


def files(assignment: Assignment) -> dict[str, bytes]:
    """The files by name.

    Raises:
        SuiteError: the tests cannot be collected.
        MachineError: otter does not run here.
    """
    nodes: list[Node] = []
    collected(assignment, lambda suite: nodes.extend(suite.nodes))
    name, built = wheel()
    pins = [line for line in text("requirements.txt").splitlines(keepends=True) if line.startswith(_PACKAGES)]
    return {
        **_machine("".join(pins)),
        "README.md": text("otter.md").format(slug=assignment.slug).encode(),
        **{f"tests/{task}.py": source.encode() for task, source in _tests(assignment, nodes).items()},
        f"{PLACE}/bridge.py": text("bridge.py").encode(),
        f"{PLACE}/{name}": built,
        **of_assignment(assignment, f"{PLACE}/assignment"),
    }


_ASK = f"""import importlib.util
import os

spec = importlib.util.spec_from_file_location("bridge", os.path.abspath("{PLACE}/bridge.py"))
bridge = importlib.util.module_from_spec(spec)
spec.loader.exec_module(bridge)

TESTS = @tests@


def ask(env, number):
    bridge.ask(env, TESTS[number])
"""


def _tests(assignment: Assignment, nodes: list[Node]) -> dict[str, str]:
    """The test files of otter, one for each task, whose cases ask the bridge."""
    from grader.otter_bridge import sources  # with it comes otter

    ask = _ASK.replace("@tests@", repr([node.id for node in nodes]))
    return sources(nodes, shares(nodes, assignment.tasks), ask)


def _machine(requirements: str) -> dict[str, bytes]:
    """What otter itself puts beside the tests, for its container and for Gradescope."""
    with tempfile.TemporaryDirectory(prefix="convmark-") as folder:
        Path(folder, "requirements.txt").write_text(requirements, encoding="utf-8")
        Path(folder, "tests").mkdir()
        command = [sys.executable, "-m", "otter", "generate", "--tests-dir", "tests", "--output-path", "made.zip"]
        command += ["--requirements", "requirements.txt", "--no-config", "--no-environment", "--python-version", "3.11"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603  # our own interpreter
        if done.returncode:
            why = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise MachineError(f"otter generate failed: {why}", "See `convmark doctor`.")
        with zipfile.ZipFile(io.BytesIO(Path(folder, "made.zip").read_bytes())) as made:
            return {name: made.read(name) for name in made.namelist()}
