"""In stock otter's kernel, beside the submission: the hidden suite on the names of the notebook.

It lies in the zip as tests/hidden/bridge.py, beside the assignment and the project's wheel. Each of
otter's test files loads it for itself, and asks for tests of its own task.
"""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

HERE = Path(__file__).parent
OUTCOMES: dict[str, bool] = {}


def ask(env: dict[str, Any], test: str) -> None:
    """Say nothing where a test passed; the first question runs all tests of its task.

    Args:
        env: the names of the notebook.
        test: its id in the suite.

    Raises:
        AssertionError: it did not pass.
    """
    if not OUTCOMES:
        _run(env, test)
    if not OUTCOMES.get(test):
        raise AssertionError("it did not pass")


def _run(env: dict[str, Any], test: str) -> None:
    for wheel in map(str, HERE.glob("convmark-*.whl")):
        if wheel not in sys.path:
            sys.path.insert(0, wheel)
    from grader import assignment
    from grader.fixtures import InProcess
    from grader.proxy import Submission
    from grader.suite import Suite, collected

    notebook = ModuleType("notebook")
    vars(notebook).update(env)

    def serve(suite: Suite) -> None:
        task = next(node.task for node in suite.nodes if node.id == test)
        for node in suite.nodes:
            if node.task == task:
                OUTCOMES[node.id] = suite.run_once(node, Submission(InProcess(notebook))).passed

    collected(assignment.read(HERE / "assignment"), serve)
