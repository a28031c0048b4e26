"""Student text to values. Every text is hostile until it has passed here.

Nothing is ever evaluated: numbers and lists are read by regular expressions, formulas by a small
precedence parser of our own into a tree, with limits on length, digits, depth and exponents. What
cannot be read raises `Unreadable` with a reason that the caller turns into the verdict "invalid".
"""

from question_bank.parsing.clean import LONGEST, Unreadable, argument, clean, right_side
from question_bank.parsing.formulas import Node, evaluate, expression, precise
from question_bank.parsing.lists import nested, sequence
from question_bank.parsing.numbers import number

__all__ = [
    "LONGEST", "Node", "Unreadable", "argument", "clean", "evaluate", "expression", "nested", "number", "precise",
    "right_side", "sequence",
]  # fmt: skip
