"""What an author is told when the code of a family raises: which family, which variant, which line."""

import traceback
from typing import Any

from question_bank.errors import BankError


class Fault(BankError):
    """The code of one family failed; `where` is the variant or the given, as far as it is known."""

    def __init__(self, family: str, where: str, what: str, remedy: str) -> None:
        super().__init__(f"{family}, {where}: {what}" if where else f"{family}: {what}", remedy)
        self.family = family
        self.where = where
        self.what = what


def fault(error: BaseException, family: str, home: str, where: str = "") -> Fault:
    """The fault to raise from an error; one that is a fault already only learns where it happened.

    Args:
        error: what was raised, with its traceback.
        family: the id of the family.
        home: the file that holds the family's code.
        where: the variant or the given.

    >>> try:
    ...     {}["neurons"]
    ... except KeyError as error:
    ...     print(fault(error, "a/b", "", "level 1, index 7").message.partition(" (")[0])
    a/b, level 1, index 7: KeyError: 'neurons'
    """
    if isinstance(error, Fault):
        return Fault(error.family, error.where or where, error.what, error.remedy)
    line = _line(error, home)
    if isinstance(error, BankError):
        return Fault(family, where, f"{error.message} ({line})" if line else error.message, error.remedy)
    text = " ".join(str(error.msg if isinstance(error, SyntaxError) else error).split())[:300]
    return Fault(family, where, f"{type(error).__name__}: {text} ({line or _deepest(error)})", _remedy(text))


def home(function: Any) -> str:
    """The file that a function of a family was written in; "" where that cannot be told."""
    return str(getattr(getattr(function, "__code__", None), "co_filename", ""))


def _line(error: BaseException, home: str) -> str:
    """The line of the family's own code that led to the error; "" where there is none."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == home]
    return f"{home}:{own[-1].lineno}, in {own[-1].name}" if own else ""


def _deepest(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}:{frame.lineno}, in {frame.name}"


def _remedy(text: str) -> str:
    if "truth value" in text:
        return "`derive` sees symbols: branch on words and on what was stated, write Max or Piecewise for the rest."
    return "Mend the family; `bank show` under CONVMARK_DEBUG=1 shows the whole traceback."
