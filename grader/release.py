"""`assignment release`: what students get of an assignment. Nothing hidden is read on the way.

The checks are otter's own test files, made of the visible tests; they need nothing of ours.
"""

import ast
import os
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from grader.assignment import Assignment, Task
from grader.errors import SuiteError
from grader.jupyter import notebook
from question_bank.errors import MachineError, UsageError

_TEXTS = tomllib.loads(Path(__file__).with_name("release.toml").read_text(encoding="utf-8"))
_IMPORTED = {"numpy": "import numpy as np", "torch": "import torch"}
_CHECKS = '''

class Submission:
    """The names of the notebook, as the checks ask for them."""

    def __init__(self, env):
        self.env = env

    def __getattr__(self, name):
        if name not in self.env:
            raise AssertionError(f"{name} is not defined: run its cell first")
        return self.env[name]
'''


def release(assignment: Assignment, out: Path, language: str) -> list[Path]:
    """Write the folder for students: notebook, starter, handout, and the checks of each task.

    Args:
        assignment: to release.
        out: the folder to make.
        language: of the handout and the notebook.

    Returns:
        The files that were written.

    Raises:
        UsageError: `out` exists.
        SuiteError: the starter or a visible test cannot be released as it is.
        MachineError: `out` cannot be written.
    """
    if os.path.lexists(out):
        raise UsageError(f"{out} exists", "Choose another --out, or remove it.")
    files = released(assignment, language)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".convmark-", dir=out.parent) as aside:
            folder = Path(aside, "released")
            for name, text in files.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(text, encoding="utf-8", newline="\n")
            folder.rename(out)
    except OSError as error:
        raise MachineError(f"cannot write {out}: {error.strerror or error}", "Choose another --out.") from None
    return [out / name for name in files]


def released(assignment: Assignment, language: str) -> dict[str, str]:
    """The files by name, the same for the same assignment.

    Raises:
        SuiteError: the starter or a visible test cannot be released as it is.
    """
    visible = assignment.folder / "tests" / "visible"
    tasks = [task for task in assignment.tasks if (visible / f"test_{task.id}.py").is_file()]
    handout = assignment.handout(language).read_text(encoding="utf-8")
    return {
        f"{assignment.slug}.ipynb": _notebook(assignment, handout, tasks, language),
        assignment.starter.name: assignment.starter.read_text(encoding="utf-8"),
        "handout.md": handout,
        **{f"tests/{task.id}.py": _check(task.id, visible / f"test_{task.id}.py") for task in tasks},
    }


def _check(task: str, path: Path) -> str:
    """An otter test file of the visible tests of a task."""
    source = path.read_text(encoding="utf-8")
    tests = [
        node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name.startswith("test")
    ]
    for test in tests:
        if [argument.arg for argument in test.args.args] != ["submission"] or test.decorator_list:
            raise SuiteError(
                f"{path.name}: {test.name} cannot be released",
                "A visible test takes `submission` and nothing else, and has no marks.",
            )
    cases = "".join(
        f"\n\n@test_case(name={test.name.removeprefix('test_').replace('_', ' ')!r})\n"
        f"def case_{number}(env):\n    {test.name}(Submission(env))\n"
        for number, test in enumerate(tests)
    )
    head = f"from otter.test_files import test_case  # noqa: E402\n\nOK_FORMAT = False\nname = {task!r}\n"
    return f"{source.rstrip()}\n{_CHECKS}\n\n{head}{cases}"


def _notebook(assignment: Assignment, handout: str, tasks: list[Task], language: str) -> str:
    def said(key: str, **values: str) -> str:
        text: str = _TEXTS[key][language]
        return text.format(**values)

    def cells() -> Iterator[tuple[str, str]]:
        libraries = "".join(f" `{name}`" for name in assignment.libraries)
        name = f"{assignment.slug}.ipynb"
        imports, answer = _starter(assignment)
        yield "markdown", handout
        yield "markdown", said("start", libraries=libraries)
        yield "code", f'import otter\n\ngrader = otter.Notebook("{name}")\n\n{imports}'
        yield "markdown", said("answer")
        yield "code", answer
        yield "markdown", said("checks")
        for task in tasks:
            yield "markdown", f"**{task.title[language]}**"
            yield "code", f'grader.check("{task.id}")'
        yield "markdown", said("hand_in", file=name)

    return notebook(cells())


def _starter(assignment: Assignment) -> tuple[str, str]:
    """The starter's imports, or those of the libraries, and the rest of it from its first definition on."""
    source = assignment.starter.read_text(encoding="utf-8")
    body = ast.parse(source).body
    first = next((node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)), None)
    if first is None:
        raise SuiteError(f"{assignment.starter.name}: a starter begins with the function or class to write")
    lines = source.splitlines()
    imports = "\n".join(lines[: first.lineno - 1]).strip()
    usual = "\n".join(_IMPORTED[name] for name in assignment.libraries if name in _IMPORTED)
    return imports or usual, "\n".join(lines[first.lineno - 1 :])
