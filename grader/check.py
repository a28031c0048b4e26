"""`assignment check`: the solution passes, the starter does not, and whatever is wrong fails where it should.

Our own submissions go through the wall as a student's do. The fakes answer from the solution, so they
run in this process.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader import files, mistakes
from grader.assignment import Assignment
from grader.batch import Options, Progress, grade
from grader.escaping import line
from grader.fakes import SPOILS, fakes
from grader.fixtures import InProcess
from grader.proxy import Submission
from grader.records import Attempt, Status, TestStatus, in_file
from grader.suite import Suite, collected, shares

TIMES = 3
LARGEST_SHARE = Fraction(1, 10)
"""Of all points, for the tests of errors and for those of shapes alone."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found about an assignment.

    Args:
        slug: of the assignment.
        tests: how many hidden and visible tests it has.
        wrong: how many wrong submissions were tried.
        fakes: how many fakes were tried.
        passed_by_fakes: for each test that a fake passed, whatever it looks at, the fakes.
        problems: what must be mended.
    """

    slug: str
    tests: tuple[int, int]
    wrong: int
    fakes: int
    passed_by_fakes: Mapping[str, tuple[str, ...]]
    problems: tuple[str, ...]

    def row(self) -> dict[str, Any]:
        """The findings as JSON."""
        return {
            "assignment": self.slug,
            "hidden_tests": self.tests[0],
            "visible_tests": self.tests[1],
            "wrong": self.wrong,
            "fakes": self.fakes,
            "passed_by_fakes": {test: list(names) for test, names in self.passed_by_fakes.items()},
            "problems": list(self.problems),
        }

    def lines(self) -> Iterator[str]:
        """The findings for people."""
        state = "holds" if not self.problems else f"{len(self.problems)} to mend"
        yield (
            f"{self.slug}: {self.tests[0]} hidden and {self.tests[1]} visible tests,"
            f" {self.wrong} wrong submission{'s' * (self.wrong != 1)}, {self.fakes} fakes: {state}"
        )
        if functions := Counter(test.partition("[")[0] for test in self.passed_by_fakes):
            yield "  passed by some fake, as no value test may be:"
            yield from (f"    {name}{f', {count} cases' if count > 1 else ''}" for name, count in functions.items())
        yield from (f"  MEND: {line(problem)}" for problem in self.problems)


def check(
    assignment: Assignment, options: Options | None = None, progress: Progress | None = None, *, update: bool = False
) -> Checked:
    """Hold an assignment against what it declares.

    Args:
        assignment: to check.
        options: how its submissions are graded.
        progress: told how many of them are done.
        update: write mistakes.json anew if all else holds.

    Raises:
        SuiteError: its tests cannot be collected.
        MachineError: this machine cannot hold submissions as is required, or the file cannot be written.
    """
    found: dict[str, tuple[str, ...]] = {}
    counts = [0, 0, 0]
    problems: list[str] = []
    unloadable: list[str] = []

    def serve(suite: Suite) -> None:
        hidden = [node for node in suite.nodes if not node.visible]
        counts[:2] = len(hidden), len(suite.nodes) - len(hidden)
        try:
            suite.solution()
        except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever its author wrote
            unloadable.append(f"the solution cannot be loaded: {type(error).__name__}: {error}")
            return
        problems.extend(_of_shares(suite, assignment))
        by_fakes, counts[2] = passed_by_fakes(suite)
        found.update({test: tuple(names) for test, names in by_fakes.items()})
        kinds = {node.id: node.kind for node in suite.nodes}
        problems.extend(
            f"{test}: a value test that {', '.join(names)} passed"
            for test, names in found.items()
            if kinds[test] == "value"
        )

    collected(assignment, serve)
    if not unloadable:  # else all submissions would fail for no reason of theirs
        attempts = _graded(assignment, options or Options(), progress)
        problems[:0] = _of_attempts(assignment, attempts)
        known = _known(assignment, attempts)
        if update and not problems:
            files.write(assignment.folder / mistakes.NAME, mistakes.render(known))
        elif not update and mistakes.read(assignment.folder) not in (None, known):
            problems.append(f"{mistakes.NAME} says otherwise of what the wrong submissions fail: give --update")
    return Checked(
        assignment.slug, (counts[0], counts[1]), len(assignment.wrong), counts[2], found, (*unloadable, *problems)
    )


def passed_by_fakes(suite: Suite) -> tuple[dict[str, list[str]], int]:
    """The hidden tests that some fake passes though it lies, with these fakes; and how many fakes there are."""
    found: dict[str, list[str]] = {}
    makers = dict(fakes(suite.solution(), suite.assignment.names))
    for name, make in makers.items():
        for node in suite.nodes:
            if node.visible:
                continue
            fake = make(InProcess(suite.solution()))
            if suite.run_once(node, Submission(fake)).passed and (fake.lied or name in SPOILS):
                found.setdefault(node.id, []).append(name)
    return found, len(makers)


def _graded(assignment: Assignment, options: Options, progress: Progress | None) -> Mapping[str, Attempt]:
    """Our own submissions, by `solution-1`, `starter`, `wrong-NAME`."""
    ending = assignment.solution.suffix
    paths = {f"solution-{number + 1}": assignment.solution for number in range(TIMES)}
    paths |= {"starter": assignment.starter, **{f"wrong-{wrong.name}": wrong.path for wrong in assignment.wrong}}
    with tempfile.TemporaryDirectory(prefix="convmark-") as folder:
        place = Path(folder) / "submissions"
        place.mkdir()
        for name, path in paths.items():
            shutil.copyfile(path, place / f"{name}{ending}")
        return grade(assignment, [place], Path(folder) / "results", options, progress).attempts


def _of_attempts(assignment: Assignment, attempts: Mapping[str, Attempt]) -> Iterator[str]:
    yield from _of_solution([attempts[f"solution-{number + 1}"] for number in range(TIMES)])
    for name, attempt in attempts.items():
        if attempt.status is Status.UNGRADED and not name.startswith("solution"):
            yield f"{name} could not be graded: {'; '.join(attempt.flags)}"
    starter = attempts["starter"]
    if starter.score:
        yield f"the starter gets {_points(starter)}, expected 0"
    elif starter.status not in (Status.GRADED, Status.UNGRADED):
        yield f"the starter ends with {starter.status}, expected is one that loads: {starter.output}"
    for wrong in assignment.wrong:
        attempt = attempts[f"wrong-{wrong.name}"]
        if attempt.status is Status.UNGRADED:
            continue
        short = [task.id for task in attempt.tasks if task.points != task.max_points and task.id not in wrong.may_fail]
        declared = [task.id for task in assignment.tasks if task.id in wrong.fails]
        if [task.id for task in assignment.tasks if task.id in short] != declared:
            yield f"wrong/{wrong.name} fails {', '.join(short) or 'nothing'}, declared are {', '.join(declared)}"


def _known(assignment: Assignment, attempts: Mapping[str, Attempt]) -> mistakes.Known:
    failed = {
        wrong.name: mistakes.failed(attempts[f"wrong-{wrong.name}"], wrong.may_fail) for wrong in assignment.wrong
    }
    return mistakes.Known(assignment.suite_sha256, failed)


def _of_solution(attempts: Sequence[Attempt]) -> Iterator[str]:
    """What keeps the solution from all points, and how often of all times."""
    found: Counter[str] = Counter()
    for attempt in attempts:
        failed = next((test for test in attempt.tests if test.status is not TestStatus.PASSED), None)
        if attempt.status is Status.UNGRADED:
            found[f"the solution could not be graded: {'; '.join(attempt.flags)}"] += 1
        elif attempt.score != attempt.max_score:
            found[f"the solution gets {_points(attempt)}" + (f": {failed.name} {failed.status}" if failed else "")] += 1
    for problem, times in found.items():
        yield problem if times == len(attempts) else f"{problem} ({times} of {len(attempts)} times)"


def _of_shares(suite: Suite, assignment: Assignment) -> Iterator[str]:
    points = shares(suite.nodes, assignment.tasks)
    for kind in ("error", "shape"):
        share = sum((points[node.id] for node in suite.nodes if node.kind == kind), Fraction(0))
        if share > assignment.points * LARGEST_SHARE:
            most = in_file(assignment.points * LARGEST_SHARE)
            yield f"tests of the kind {kind} carry {in_file(share)} points together, at most {most} may"


def _points(attempt: Attempt) -> str:
    score = "no points" if attempt.score is None else str(in_file(attempt.score))
    return f"{score} of {in_file(attempt.max_score)}"
