"""Notebooks that came back: the answers that stand in them, read as data. Nothing in them is run.

A notebook says in its metadata whose it is, which its owner can change; so two that say they are the
same student's are both left to a person.
"""

import ast
import json
import warnings
from collections.abc import Iterator, Set
from pathlib import Path
from typing import Any

from grader.notebook import Unreadable
from grader.notebook import read as read_cells
from question_bank.errors import UsageError
from question_bank.exam.folder import Exam
from question_bank.exam.responses import Problem, Responses
from question_bank.render.notebook import EXAM, variable

_CHECKPOINTS = ".ipynb_checkpoints"


def read(path: Path, exam: Exam) -> Responses:
    """The answers of a notebook, or of all in a folder and below it; the last assignment to a name counts.

    Raises:
        UsageError: there is no such file, or no notebook in the folder.
    """
    files = [path] if path.is_file() else sorted(path.rglob("*.ipynb")) if path.is_dir() else []
    files = [file for file in files if _CHECKPOINTS not in file.parts and file.is_file() and not file.is_symlink()]
    if not files:
        raise UsageError(f"{path} holds no notebook (.ipynb)", "Name the folder that the notebooks came back in.")
    sent = Responses()
    of_student: dict[str, list[tuple[str, list[str]]]] = {}
    for number, file in enumerate(files, 1):
        name = file.relative_to(path).as_posix() if file != path else file.name
        try:
            data = file.read_bytes()
            sources = [cell.code for cell in read_cells(file.name, data)]
            of_student.setdefault(_student(data, exam), []).append((name, sources))
        except OSError as error:
            _leave_out(sent, number, name, "", f"it cannot be read: {error.strerror}")
        except Unreadable as error:
            _leave_out(sent, number, name, "", str(error))
    for number, (student, found) in enumerate(of_student.items(), 1):
        if len(found) > 1:
            names = ", ".join(name for name, _ in found)
            _leave_out(sent, number, names, student, f"{len(found)} notebooks say that they are this student's")
            continue
        places = {
            variable(asked.question["question"], part["part"]): (student, asked.question["question"], part["part"])
            for asked in exam.papers[student]
            for part in asked.question["parts"]
        }
        for name, answer in _answers(found[0][1], places.keys()).items():
            sent.answers[places[name]], sent.lines[places[name]] = answer, number
    return sent


def _leave_out(sent: Responses, number: int, name: str, student: str, what: str) -> None:
    sent.problems.append(Problem(number, (student, "", "", name), what, left_out=True))


def _student(data: bytes, exam: Exam) -> str:
    """Whose a notebook is, by its metadata.

    Raises:
        Unreadable: it does not say, or is of another exam or of nobody in the class.
    """
    metadata = json.loads(data.decode("utf-8-sig"), parse_int=float).get("metadata")
    ours: Any = metadata.get(EXAM) if isinstance(metadata, dict) else None
    if not isinstance(ours, dict) or not isinstance(ours.get("student_id"), str):
        raise Unreadable("it does not say whose it is: it is not a notebook of an exam, or was made anew")
    if ours.get("key") != exam.key_sha256[:12]:
        raise Unreadable("it is of another exam")
    student: str = ours["student_id"]
    if student not in exam.papers:
        raise Unreadable("unknown student")
    return student


def _answers(sources: list[str], wanted: Set[str]) -> dict[str, str]:
    """What stands behind the last assignment to each name; a cell that is no Python holds none.

    >>> _answers(["a = (3, 4)", "a = '5'", "b = ...", "c = [[1], [2]]", "d =", "e = 1; e = 2"], set("abcde"))
    {'a': '5', 'c': '[[1], [2]]', 'e': '2'}
    """
    last = {
        name: (source, value)
        for source in sources
        for name, value in _assigned(source)
        if name in wanted and not (isinstance(value, ast.Constant) and value.value is ...)
    }
    return {name: _text(source, value) for name, (source, value) in last.items()}


def _assigned(source: str) -> Iterator[tuple[str, ast.expr]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value


def _text(source: str, value: ast.expr) -> str:
    """A value as a student might have typed it into a table."""
    match value:
        case ast.Constant(value=str(text)):
            return text
        case ast.Constant(value=None):
            return "null"
    return " ".join((ast.get_source_segment(source, value) or "").split())
