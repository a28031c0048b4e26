"""otter-grader's part: its own test files, one per task, its Checker and its results, in the trusted process.

The files hold a case for each test of the suite, with its title, its points and whether students have it;
the body of a case asks for the outcome of the test of its number. The same files with another `ask` run
under stock `otter run`.
"""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from otter.execute.checker import Checker
from otter.nbmeta_config import NBMetadataConfig
from otter.run.run_autograder.autograder_config import AutograderConfig
from otter.test_files import GradingResults

from grader.errors import SuiteError
from grader.records import TaskOutcome, TestOutcome, TestStatus
from grader.suite import Node

ASK = """def ask(env, number):
    env["ask"](number)
"""
"""The `ask` of the trusted process: the outcomes are there already."""
_TOLERANCE = 1e-4  # of a sum of numbers that otter rounds to five decimals


def sources(nodes: Sequence[Node], points: Mapping[str, Fraction], ask: str = ASK) -> dict[str, str]:
    """An otter test file for each task, by the task's id.

    Args:
        nodes: the tests; a case calls `ask(env, number)` with the place of its test among them.
        points: of each test, by its id.
        ask: the source of `ask`, which raises an exception for a test that did not pass.
    """
    files: dict[str, list[str]] = {}
    names: set[tuple[str, str]] = set()
    for number, node in enumerate(nodes):
        title, again = node.title, 1
        while (node.task, title) in names:  # otter knows a case by its name
            again += 1
            title = f"{node.title} ({again})"
        names.add((node.task, title))
        files.setdefault(node.task, []).append(
            f"\n\n@test_case(name={title!r}, points={float(points[node.id])!r}, hidden={not node.visible})\n"
            f"def test_{number}(env):\n    ask(env, {number})\n"
        )
    return {
        task: f"from otter.test_files import test_case\n\nOK_FORMAT = False\nname = {task!r}\n\n\n{ask}"
        + "".join(cases)
        for task, cases in files.items()
    }


class Otter:
    """otter with the test files of one suite; use it in a `with`, which takes them away again."""

    def __init__(self, nodes: Sequence[Node], points: Mapping[str, Fraction]) -> None:
        self._nodes = [node.id for node in nodes]
        self._folder = tempfile.TemporaryDirectory(prefix="convmark-")
        self._files: list[Path] = []
        for task, source in sources(nodes, points).items():
            path = Path(self._folder.name) / f"{task}.py"
            path.write_text(source, encoding="utf-8")
            self._files.append(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take the files away."""
        self._folder.cleanup()

    def grade(self, tests: Iterable[TestOutcome]) -> dict[str, Any]:
        """What otter makes of the outcomes, as Gradescope takes it: one entry for each task."""
        passed = {test.name: test.status is TestStatus.PASSED for test in tests}

        def ask(number: int) -> None:
            if not passed[self._nodes[number]]:
                raise AssertionError("it did not pass")

        files = [Checker.check(str(path), NBMetadataConfig(), global_env={"ask": ask}) for path in self._files]
        graded: dict[str, Any] = GradingResults(files).to_gradescope_dict(AutograderConfig({}))
        return graded

    def confirm(self, tests: Sequence[TestOutcome]) -> None:
        """Let otter count the points of the tasks too.

        Raises:
            SuiteError: it counts other points than we do: a fault of ours.
        """
        counted = {entry["name"]: entry for entry in self.grade(tests)["tests"] if "score" in entry}
        for task in dict.fromkeys(test.task for test in tests):
            ours = TaskOutcome.of_tests(task, tests)
            known = sum((test.points for test in tests if test.task == task and test.points), Fraction(0))
            theirs = counted[task]
            if max(abs(theirs["score"] - known), abs(theirs["max_score"] - ours.max_points)) > _TOLERANCE:
                raise SuiteError(
                    f"task {task}: otter counts {theirs['score']} of {theirs['max_score']} points,"
                    f" we count {float(known)} of {float(ours.max_points)}"
                )
