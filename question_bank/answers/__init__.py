"""Answer kinds: how an answer is stored, shown, read from a student's text, and compared.

A kind knows nothing of a question. It turns a value into JSON and back, into Markdown, and into
what a student might type; it reads a student's text into a value or an `Invalid` with the reason;
and it decides whether two values are the same. Integers, fractions, lists and matrices are
compared exactly, reals within a tolerance, expressions as functions of their names; `Between` takes
any number that has a property.

Every kind but a choice may also hold None: "does not exist".
"""

from collections.abc import Mapping
from typing import Any

from question_bank.answers.between import Between, Bounds
from question_bank.answers.expression import Expression
from question_bank.answers.kind import Fabricated, Invalid, Kind, decode, encode
from question_bank.answers.lists import Counts, Matrix, Shape, Tensor
from question_bank.answers.numbers import Integer, Rational, Real
from question_bank.answers.record import Record
from question_bank.answers.words import Choice, MultipleChoice, Order, YesNo

_KINDS: dict[str, type[Kind]] = {
    kind.name: kind
    for kind in (
        Integer, Rational, Real, Shape, Counts, Matrix, Tensor, Expression,
        YesNo, Choice, MultipleChoice, Order, Record, Between,
    )
}  # fmt: skip


def restore(name: str, options: Mapping[str, Any]) -> Kind:
    """The kind that a question row names, with the options it kept.

    >>> restore("expression", {"symbols": ["N"]})
    Expression(symbols=('N',), others=())
    """
    match name:
        case "expression":
            return Expression(tuple(options.get("symbols", ())), tuple(options.get("others", ())))
        case "real":
            return Real(options.get("relative", 0.005))
        case "between":
            return Between(str(options.get("letter", "")))
        case "choice":
            return Choice(tuple(options.get("words", ())))
        case "multiple_choice":
            return MultipleChoice(tuple(options.get("words", ())))
        case "record":
            inner = options.get("fields", {})
            return Record({key: restore(value["kind"], value) for key, value in inner.items()})
    return _KINDS[name]()


__all__ = [
    "Between", "Bounds", "Choice", "Counts", "Expression", "Fabricated", "Integer", "Invalid", "Kind", "Matrix",
    "MultipleChoice", "Order", "Rational", "Real", "Record", "Shape", "Tensor", "YesNo", "decode", "encode", "restore",
]  # fmt: skip
