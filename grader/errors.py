"""What can go wrong on our side of the wall. Students' mistakes are data, never exceptions.

ConvmarkError (question_bank.errors)
└── SuiteError (exit 1)          a fault of a suite or of the grader; no student may lose a point over it
"""

from question_bank.errors import ConvmarkError, MachineError, UsageError


class SuiteError(ConvmarkError, RuntimeError):
    """The tests of an assignment are broken, or the grader is."""


KINDS: dict[str, type[ConvmarkError]] = {"suite": SuiteError, "machine": MachineError, "usage": UsageError}
"""The errors that cross from one process of ours to another, by the word for them."""


def kind_of(error: ConvmarkError) -> str:
    """The word for an error that crosses.

    >>> kind_of(MachineError("no room"))
    'machine'
    """
    return next((kind for kind, known in KINDS.items() if isinstance(error, known)), "suite")
