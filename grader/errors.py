"""What can go wrong on our side of the wall. Students' mistakes are data, never exceptions.

ConvmarkError (question_bank.errors)
└── SuiteError (exit 1)          a fault of a suite or of the grader; no student may lose a point over it
"""

from question_bank.errors import ConvmarkError


class SuiteError(ConvmarkError, RuntimeError):
    """The tests of an assignment are broken, or the grader is."""
