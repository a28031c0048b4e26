"""Runs the cells of a submission, one after the other, in one namespace."""

import __future__

import ast
import linecache
import sys
import traceback
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from grader.worker.stubs import Anything

_NAMES = 2000
_TEXT = 800


@dataclass(frozen=True, slots=True)
class Fault:
    """An exception of a student's, as far as it crosses.

    Args:
        type: the name of its class.
        text: what it says.
        builtin: the nearest class of Python's own.
        cell: the cell where it came up; 0 when none.
        line: the line in that cell.
    """

    type: str
    text: str
    builtin: str
    cell: int
    line: int

    def row(self) -> list[Any]:
        """The fault as values that cross."""
        return [self.type, self.text, self.builtin, self.cell, self.line]


def fault(error: BaseException) -> Fault:
    """What an exception says, whatever it does when asked."""
    kind = type(error)
    names = [base.__name__ for base in type.mro(kind) if base.__module__ == "builtins"]
    try:
        text = str(error)[:_TEXT] if type(error) is not KeyError or not error.args else repr(error.args[0])[:_TEXT]
        text = text.encode("utf-8", "backslashreplace").decode()  # halves of surrogate pairs do not cross
    except BaseException:  # noqa: BLE001  # a __str__ of the student's
        text = "(its text cannot be shown)"
    cell, line = _place(error)
    return Fault(str(kind.__name__)[:100], text, names[0] if names else "Exception", cell, line)


def _place(error: BaseException) -> tuple[int, int]:
    """The last line of a cell that an exception came through."""
    found = (0, 0)
    if isinstance(error, SyntaxError) and (number := _cell(error.filename or "")):
        return number, error.lineno or 0
    for frame, line in traceback.walk_tb(error.__traceback__):
        if number := _cell(frame.f_code.co_filename):
            found = (number, line or 0)
    return found


def _cell(filename: str) -> int:
    number = filename.removeprefix("<cell ").removesuffix(">")
    return int(number) if number != filename and number.isdecimal() else 0


class Namespace:
    """The names of a submission, as `__main__`."""

    def __init__(self) -> None:
        self._module = ModuleType("__main__")
        self.names: dict[str, Any] = self._module.__dict__
        self.names["__builtins__"] = __builtins__
        self.names.update(get_ipython=Anything(), display=Anything())
        self._before = dict(self.names)
        self._flags = 0
        sys.modules["__main__"] = self._module

    def defined(self) -> list[str]:
        """What the cells have defined, in order; not what begins with two underscores, or no code could name."""
        missing = object()
        found = [
            name
            for name, value in self.names.items()
            if type(name) is str
            and name.isidentifier()
            and not name.startswith("__")
            and self._before.get(name, missing) is not value
        ]
        return [name for name in found if len(name) <= 200][:_NAMES]

    def run(self, number: int, code: str) -> list[Fault]:
        """Run a cell; what went wrong, failed imports first.

        An import at the top level that fails is left out and the cell goes on; any other error ends it.
        """
        filename = f"<cell {number}>"
        linecache.cache[filename] = (len(code), None, code.splitlines(keepends=True), filename)
        faults: list[Fault] = []
        try:
            for block in self._blocks(code, filename):
                try:
                    exec(compile(block, filename, "exec", self._flags, dont_inherit=True), self.names)  # noqa: S102  # in a locked worker
                except Exception as error:
                    if not isinstance(block.body[0], ast.Import | ast.ImportFrom):
                        raise
                    faults.append(_at(fault(error), number, block.body[0].lineno))
        except BaseException as error:  # noqa: BLE001  # sys.exit too: it ends the cell
            faults.append(fault(error))
        return faults

    def _blocks(self, code: str, filename: str) -> list[ast.Module]:
        """The cell cut at its imports, each of one name."""
        tree = compile(code, filename, "exec", ast.PyCF_ONLY_AST | self._flags, dont_inherit=True)
        blocks: list[ast.Module] = []
        joined = False
        for statement in tree.body:
            if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
                for alias in statement.names:
                    feature = getattr(__future__, alias.name, None)
                    self._flags |= feature.compiler_flag if feature else 0
                compile(ast.Module([statement], []), filename, "exec", dont_inherit=True)
            elif isinstance(statement, ast.Import | ast.ImportFrom):
                blocks += [ast.Module([_single(statement, alias)], []) for alias in statement.names]
                joined = False
            elif joined:
                blocks[-1].body.append(statement)
            else:
                blocks.append(ast.Module([statement], []))
                joined = True
        for block in blocks:  # an error of syntax that only the compiler sees stops the cell before it begins
            compile(block, filename, "exec", self._flags, dont_inherit=True)
        return blocks


def _single(statement: ast.Import | ast.ImportFrom, alias: ast.alias) -> ast.stmt:
    if isinstance(statement, ast.Import):
        return ast.copy_location(ast.Import([alias]), statement)
    return ast.copy_location(ast.ImportFrom(statement.module, [alias], statement.level), statement)


def _at(found: Fault, cell: int, line: int) -> Fault:
    return Fault(found.type, found.text, found.builtin, cell, line)
