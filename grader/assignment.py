"""An assignment: a folder with assignment.toml, handouts, starter, solution, tests and wrong submissions.

assignments/README.md says how it is laid out. What is wrong with a folder is found when it is read,
before anything is graded; what only pytest can find is found when its tests are collected.
"""

import difflib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from grader import assignment_toml as toml
from grader import mistakes
from grader.assignment_folder import COMPILED, NAME, WHAT, check, check_said
from question_bank.errors import UsageError
from question_bank.text import LANGUAGES

ASSIGNMENTS = Path(__file__).parents[1] / "assignments"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one submission may use; seconds are wall time but for `cpu_seconds`."""

    test_seconds: float
    load_seconds: float
    cpu_seconds: float
    wall_seconds: float
    memory_mb: int
    output_mb: int
    output_kill_mb: int


@dataclass(frozen=True, slots=True)
class Task:
    """A part of the work with points of its own.

    Args:
        id: as in `pytest.mark.task(id)`, and in the names of the test files.
        title: per language.
        points: shared by its hidden tests, by weight.
        visibility: "visible" or "hidden": whether a student may see how its hidden tests ended.
        after: the tasks that must be passed first; else its tests are not reached.
        visible_share: the part of the points that its visible tests carry.
    """

    id: str
    title: Mapping[str, str]
    points: Fraction
    visibility: str
    after: tuple[str, ...]
    visible_share: Fraction


@dataclass(frozen=True, slots=True)
class Wrong:
    """A submission with a mistake that the tests must catch.

    Args:
        name: of its folder.
        what: the mistake in a sentence, per language; English stands for the others where it is said in no other.
        fails: the tasks in which it must lose points.
        may_fail: those in which it may, by chance, as where something is trained; in no other.
        failed: the tests that it is known to fail but for those of `may_fail`; none where nobody has written them
            down for these tests.
        path: of its file.
    """

    name: str
    what: Mapping[str, str]
    fails: tuple[str, ...]
    may_fail: tuple[str, ...]
    failed: frozenset[str]
    path: Path


@dataclass(frozen=True, slots=True)
class Assignment:
    """An assignment as its folder says it.

    Args:
        slug: its id, the name of its folder.
        folder: where it lies.
        version: from 1 up; a change of points or tests that matters to people gets a new one.
        title: per language.
        names: what a submission must define.
        libraries: what it may import beside the standard library.
        device: "cpu" or "cuda".
        limits: of one submission.
        tasks: in their order.
        wrong: the wrong submissions.
        starter: the file that students begin with.
        solution: the file that answers everything.
        suite_sha256: over assignment.toml, the tests and the solution, at the time of reading.
    """

    slug: str
    folder: Path
    version: int
    title: Mapping[str, str]
    names: tuple[str, ...]
    libraries: tuple[str, ...]
    device: str
    limits: Limits
    tasks: tuple[Task, ...]
    wrong: tuple[Wrong, ...]
    starter: Path
    solution: Path
    suite_sha256: str
    _handout: str = field(repr=False)

    @property
    def points(self) -> Fraction:
        """The points of all tasks."""
        return sum((task.points for task in self.tasks), Fraction(0))

    def row(self) -> dict[str, Any]:
        """What it asks for as JSON; no test and nothing of the solution."""
        return {
            "id": self.slug,
            "version": self.version,
            "title": dict(self.title),
            "names": list(self.names),
            "libraries": list(self.libraries),
            "device": self.device,
            "points": float(self.points),
            "limits": asdict(self.limits),
            "tasks": [
                {
                    "id": task.id,
                    "title": dict(task.title),
                    "points": float(task.points),
                    "visibility": task.visibility,
                    "after": list(task.after),
                }
                for task in self.tasks
            ],
            "wrong": [wrong.name for wrong in self.wrong],
        }

    def handout(self, language: str) -> Path:
        """The text of the assignment in a language."""
        return self.folder / self._handout.replace("{lang}", language)


def slugs() -> list[str]:
    """The assignments that lie beside cli.py."""
    return sorted(path.parent.name for path in ASSIGNMENTS.glob(f"*/{NAME}"))


def find(slug_or_path: str) -> Assignment:
    """The assignment of a slug, or in a folder.

    Raises:
        UsageError: there is none, or something is wrong with it.
    """
    known = slugs()
    if slug_or_path in known:
        return read(ASSIGNMENTS / slug_or_path)
    if Path(slug_or_path).is_dir():
        return read(Path(slug_or_path))
    near = difflib.get_close_matches(slug_or_path, known, 1)
    hint = f"Did you mean {near[0]}? " if near else ""
    raise UsageError(
        f"there is no assignment {slug_or_path!r}", f"{hint}Known are {', '.join(known)}; a path to a folder works too."
    )


def of_test(path: Path) -> Assignment:
    """The assignment that a test file belongs to.

    Raises:
        UsageError: no folder above it has an assignment.toml, or something is wrong with it.
    """
    above = next((folder for folder in path.parents if (folder / NAME).is_file()), None)
    if above is None:
        raise UsageError(f"{path.name}: no folder above it has an {NAME}", "Run tests that lie in an assignment.")
    return read(above)


def read(folder: Path) -> Assignment:
    """The assignment in a folder.

    Raises:
        UsageError: something is missing or wrong; the message names file, key and remedy.
    """
    if not (folder / NAME).is_file():
        raise UsageError(f"{folder} has no {NAME}", "Name the folder of an assignment.")
    folder = folder.resolve()  # pytest names the tests in it by whole paths
    table = toml.read(folder / NAME)
    check(folder, table)
    starter, solution = folder / table.files.starter, folder / table.files.solution
    suite_sha256 = _suite_sha256(folder, solution.parent)
    return Assignment(
        slug=table.id,
        folder=folder,
        version=table.version,
        title=table.title.texts(),
        names=tuple(table.names),
        libraries=tuple(table.libraries),
        device=table.device,
        limits=_limits(table.limits),
        tasks=tuple(_task(row) for row in table.task),
        wrong=_wrong(folder, table.wrong, starter.name, suite_sha256),
        starter=starter,
        solution=solution,
        suite_sha256=suite_sha256,
        _handout=table.files.handout,
    )


def _task(row: toml.TaskTable) -> Task:
    return Task(
        id=row.id,
        title=row.title.texts(),
        points=Fraction(row.points),
        visibility=row.visibility,
        after=tuple(row.after),
        visible_share=Fraction(row.visible_share),
    )


def _wrong(folder: Path, rows: Sequence[toml.WrongTable], file: str, suite_sha256: str) -> tuple[Wrong, ...]:
    said = toml.read_said(folder / "wrong" / WHAT)
    check_said([row.name for row in rows], said)
    known = mistakes.read(folder)
    failed = known.failed if known and known.suite_sha256 == suite_sha256 else {}
    return tuple(
        Wrong(
            name=row.name,
            what=dict.fromkeys(LANGUAGES, row.what) | (said[row.name].model_dump() if said else {}),
            fails=tuple(row.fails),
            may_fail=tuple(row.may_fail),
            failed=failed.get(row.name, frozenset()),
            path=folder / "wrong" / row.name / file,
        )
        for row in rows
    )


def _limits(table: toml.LimitsTable) -> Limits:
    return Limits(
        test_seconds=float(table.test_seconds),
        load_seconds=float(table.load_seconds),
        cpu_seconds=float(table.cpu_seconds),
        wall_seconds=float(table.wall_seconds),
        memory_mb=table.memory_mb,
        output_mb=table.output_mb,
        output_kill_mb=table.output_kill_mb,
    )


def _suite_sha256(folder: Path, solution: Path) -> str:
    """A hash over everything that a score depends on, in one order on every machine."""
    found = [folder / NAME]
    for place in (folder / "tests", solution):
        inside = (path for path in place.rglob("*") if path.is_file())
        found += [path for path in inside if not COMPILED & set(path.relative_to(folder).parts)]
    digest = hashlib.sha256()
    for name, path in sorted((path.relative_to(folder).as_posix(), path) for path in set(found)):
        for piece in (name.encode(), path.read_bytes()):
            digest.update(len(piece).to_bytes(8, "big"))
            digest.update(piece)
    return digest.hexdigest()
