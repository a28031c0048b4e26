"""What the tables of assignment.toml say about one another and about the files beside them."""

import re
from collections.abc import Collection, Sequence
from pathlib import Path

from grader.assignment_toml import AssignmentTable, TaskTable
from grader.gpu import CUDA
from question_bank.errors import UsageError
from question_bank.text import LANGUAGES

NAME = "assignment.toml"
WHAT = "what.toml"
COMPILED = {"__pycache__", ".pytest_cache"}
_TASK_MARK = re.compile(r"""\bmark\.task\(\s*["'](\w+)["']""")


def check(folder: Path, table: AssignmentTable) -> None:
    """Refuse an assignment whose parts do not fit together.

    Raises:
        UsageError: the message names the file, the key and the remedy.
    """
    if table.device == CUDA and "torch" not in table.libraries:
        raise UsageError(f"{NAME}: device: only torch computes on a GPU", "Add it to libraries, or leave device out.")
    ids = [row.id for row in table.task]
    _check_order(table.task, ids)
    _check_hidden(folder, ids)
    _check_visible(folder, table.task, ids)
    for role in ("starter", "solution"):
        _check_file(folder, role, getattr(table.files, role))
    if "{lang}" not in table.files.handout:
        raise UsageError(f"{NAME}: files.handout: {table.files.handout} has no {{lang}}", "Write handout.{lang}.md.")
    for language in LANGUAGES:
        _check_file(folder, "handout", table.files.handout.replace("{lang}", language))
    _check_wrong(folder, table, ids)


def _check_order(tasks: Sequence[TaskTable], ids: list[str]) -> None:
    """Each task once, and `after` leads from none back to itself."""
    for task in tasks:
        if ids.count(task.id) > 1:
            raise UsageError(f"{NAME}: two tasks have the id {task.id!r}", "Give each task an id of its own.")
        _check_known(task.after, ids, f"task {task.id}: after")
    waiting = {task.id: set(task.after) for task in tasks}
    while free := {task for task, before in waiting.items() if not before}:
        waiting = {task: before - free for task, before in waiting.items() if before}
    if waiting:
        raise UsageError(
            f"{NAME}: task {next(iter(waiting))}: after: {', '.join(waiting)} wait for one another",
            "Remove one of them from after.",
        )


def _check_known(named: Sequence[str], ids: list[str], where: str) -> None:
    for task in named:
        if task not in ids:
            raise UsageError(f"{NAME}: {where}: there is no task {task!r}", f"The tasks are {', '.join(ids)}.")
        if named.count(task) > 1:
            raise UsageError(f"{NAME}: {where}: {task!r} stands there twice", "Name it once.")


def _check_hidden(folder: Path, ids: list[str]) -> None:
    """Each task has hidden tests, and no mark names a task that is not there."""
    tested = set()
    for path in sorted((folder / "tests" / "hidden").glob("test_*.py")):
        try:
            named = _TASK_MARK.findall(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            raise UsageError(f"tests/hidden/{path.name} is not UTF-8", "Save the file in UTF-8.") from None
        for task in named or [path.stem.removeprefix("test_")]:
            if task not in ids:
                raise UsageError(f"tests/hidden/{path.name}: there is no task {task!r} in {NAME}", _are(ids))
            tested.add(task)
    for task in ids:
        if task not in tested:
            raise UsageError(
                f"{NAME}: task {task} has no hidden tests",
                f'Write tests/hidden/test_{task}.py with pytestmark = pytest.mark.task("{task}").',
            )


def _check_visible(folder: Path, tasks: Sequence[TaskTable], ids: list[str]) -> None:
    """Each visible file is named like a task; a task whose visible tests carry points has some."""
    files = (folder / "tests" / "visible").glob("test_*.py")
    seen = sorted(path.stem.removeprefix("test_") for path in files)
    for task in seen:
        if task not in ids:
            raise UsageError(f"tests/visible/test_{task}.py: there is no task {task!r} in {NAME}", _are(ids))
    for row in tasks:
        if row.visible_share and row.id not in seen:
            raise UsageError(
                f"{NAME}: task {row.id}: visible_share is {row.visible_share}, but it has no visible tests",
                f"Write tests/visible/test_{row.id}.py, or remove the key.",
            )


def _are(ids: list[str]) -> str:
    return f"The tasks are {', '.join(ids)}."


def _check_file(folder: Path, role: str, name: str) -> None:
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise UsageError(f"{NAME}: files.{role}: {name} leads out of the folder", "Name a file inside it.")
    if not (folder / name).is_file():
        raise UsageError(f"{NAME}: files.{role}: there is no file {name}", "Write it, or correct the name.")


def _check_wrong(folder: Path, table: AssignmentTable, ids: list[str]) -> None:
    """Each wrong submission is declared once and is there; nothing else lies beside them."""
    names = [row.name for row in table.wrong]
    for row in table.wrong:
        if names.count(row.name) > 1:
            raise UsageError(f"{NAME}: two wrong submissions are called {row.name!r}", "Declare each once.")
        _check_known([*row.fails, *row.may_fail], ids, f"wrong {row.name}: fails")
        path = f"wrong/{row.name}/{Path(table.files.starter).name}"
        if not (folder / path).is_file():
            raise UsageError(f"{NAME}: wrong {row.name}: there is no {path}", "Write it, or remove the table.")
    there = (folder / "wrong").iterdir() if (folder / "wrong").is_dir() else ()
    for name in sorted({path.name for path in there} - set(names) - COMPILED - {WHAT}):
        raise UsageError(
            f"{NAME}: wrong/{name} is not declared",
            f'Add [[wrong]] with name = "{name}", what and fails, or remove it.',
        )


def check_said(names: Sequence[str], said: Collection[str]) -> None:
    """Refuse a wrong/what.toml that does not tell of each wrong submission; without any it is left out.

    Raises:
        UsageError: a table is missing, or of no wrong submission.
    """
    for name in said:
        if name not in names:
            raise UsageError(f"{WHAT}: {name}: there is no wrong submission of that name", "Correct or remove it.")
    for name in names:
        if said and name not in said:
            raise UsageError(f"{WHAT}: there is no table {name!r}", f"Add [{name}] with he, ru and da.")
