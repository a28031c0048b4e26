"""Notebooks that came back: the answers that stand in them, read as data. Nothing in them is run.

A notebook says in its metadata whose it is, which its owner can change; so two that say they are the
same student's are both left to a person, and so is an answer that stands there in a way that only
running it would tell. Such parts have no points until somebody has looked, never 0.
"""

import ast
import json
import re
import warnings
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Any

from grader.notebook import Cell, Unreadable
from grader.notebook import read as read_cells
from question_bank.errors import UsageError
from question_bank.exam.folder import Exam, file_name
from question_bank.exam.responses import Place, Problem, Responses
from question_bank.render.notebook import EXAM, variable

_CHECKPOINTS = ".ipynb_checkpoints"
_COMMAND = re.compile(r"^[ \t]*+(?:[!%?].*|[\w.]+\?+[ \t]*)$", re.MULTILINE)  # of a shell, or of Jupyter
_ASSIGNED = re.compile(r"^[ \t]*+(\w+)[ \t]*+=(?!=)", re.MULTILINE)


def read(path: Path, exam: Exam) -> Responses:
    """The answers of a notebook, or of all in a folder and below it; the last assignment to a name counts.

    Raises:
        UsageError: there is no such file, or no notebook in the folder.
    """
    files = [path] if path.is_file() else sorted(path.rglob("*")) if path.is_dir() else []
    files = [file for file in files if file.suffix.lower() == ".ipynb" and _CHECKPOINTS not in file.parts]
    files = [file for file in files if file.is_file() and not file.is_symlink()]
    if not files:
        raise UsageError(f"{path} holds no notebook (.ipynb)", "Name the folder that the notebooks came back in.")
    sent = Responses()
    of_student: dict[str, list[tuple[str, tuple[Cell, ...]]]] = {}
    unread: dict[str, str] = {}
    for number, file in enumerate(files, 1):
        name = file.relative_to(path).as_posix() if file != path else file.name
        try:
            data = file.read_bytes()
            cells = read_cells(file.name, data)
            of_student.setdefault(_student(data, exam), []).append((name, cells))
            continue
        except OSError as error:
            why = f"it cannot be read: {error.strerror}"
        except Unreadable as error:
            why = str(error)
        owner = _by_name(file, exam)
        sent.problems.append(Problem(number, (owner, "", "", name), why, left_out=True))
        if owner:
            unread.setdefault(owner, why)
    for number, (student, found) in enumerate(of_student.items(), 1):
        places = _places(exam, student)
        if len(found) > 1:
            names = ", ".join(name for name, _ in found)
            why = f"{len(found)} notebooks say that they are this student's"
            sent.problems.append(Problem(number, (student, "", "", names), why, left_out=True))
            sent.waiting |= dict.fromkeys(places.values(), why)
            continue
        for name, answer in _answers(found[0][1], places.keys()).items():
            sent.lines[places[name]] = number
            if answer is None:
                why = "the answer is computed, or stands in a cell that cannot be read"
                sent.waiting[places[name]] = why
            else:
                sent.answers[places[name]] = answer
    for student, why in unread.items():
        if student not in of_student:
            sent.waiting |= dict.fromkeys(_places(exam, student).values(), f"the notebook cannot be read: {why}")
    return sent


def _places(exam: Exam, student: str) -> Mapping[str, Place]:
    """The parts of a student's paper by the names of their answers."""
    return {
        variable(asked.question["question"], part["part"]): (student, asked.question["question"], part["part"])
        for asked in exam.papers[student]
        for part in asked.question["parts"]
    }


def _by_name(file: Path, exam: Exam) -> str:
    """Whose a notebook that cannot be read seems to be, by the names that it was given out under; or ""."""
    for student in exam.students.values():
        name = file_name(student.id)
        if file.stem == name or file.parent.name == f"{name}.{student.language}":
            return student.id
    return ""


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


def _answers(cells: tuple[Cell, ...], wanted: Set[str]) -> dict[str, str | None]:
    """What stands behind the last assignment to each name; None where only running it would tell.

    >>> cells = [Cell(1, "a = (3, 4); b = ..."), Cell(2, "c, d = [[1],], 1/50"), Cell(3, "a += (5,)")]
    >>> _answers(tuple(cells), set("abcd"))
    {'a': None, 'c': '[[1]]', 'd': '1/50'}
    """
    last = {
        name: value
        for cell in cells
        for name, value in _assigned(cell, wanted)
        if not (isinstance(value, ast.Constant) and value.value is ...)
    }
    return {name: None if value is None else _text(value) for name, value in last.items()}


def _assigned(cell: Cell, wanted: Set[str]) -> Iterator[tuple[str, ast.expr | None]]:
    """The wanted names that a cell gives a value, in order; None for a value that cannot be seen."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            body = ast.parse(_COMMAND.sub("", cell.code) if cell.problem else cell.code).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        for name in _ASSIGNED.findall(cell.code):
            if name in wanted:
                yield name, None
        return
    for statement in body:
        seen = dict(_seen(statement))
        stored = {
            node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }  # fmt: skip
        for name in sorted(stored & wanted):
            yield name, seen.get(name)


def _seen(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """Names and the values that plainly stand behind them."""
    match statement:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _paired(target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _paired(target, value)
        case ast.Expr(value=ast.NamedExpr(target=target, value=value)):
            yield from _paired(target, value)


def _paired(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    match target, value:
        case ast.Name(id=name), _:
            yield name, value
        case ((ast.Tuple(elts=names) | ast.List(elts=names)), (ast.Tuple(elts=values) | ast.List(elts=values))) if len(
            names
        ) == len(values):
            for one, other in zip(names, values, strict=True):
                yield from _paired(one, other)


def _text(value: ast.expr) -> str | None:
    """A value as a student might have typed it into a table; None where it would have to be computed."""
    match value:
        case ast.Call(args=[inner], keywords=[]):  # np.array([[1, 2]]), torch.Size([3, 4])
            return _text(inner) if isinstance(inner, ast.List | ast.Tuple) else None
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            above, below = _text(left), _text(right)
            return None if above is None or below is None else f"{above}/{below}"
        case ast.JoinedStr(values=pieces):
            texts = [piece.value for piece in pieces if isinstance(piece, ast.Constant)]
            return "".join(map(str, texts)) if len(texts) == len(pieces) else None
    try:
        plain = ast.literal_eval(value)
        return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
