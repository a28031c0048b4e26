"""What can go wrong, in one place. The command line turns each into one message and an exit code.

ConvmarkError
├── UsageError (exit 2)          wrong use or bad input; nothing was written
│   ├── Refused                  a `given` that makes no sense; the reason is the message
│   └── SupplyError              a family has fewer variants than the class needs
├── MachineError (exit 3)        this machine cannot: disk, program, permission
└── BankError (exit 1)           a fault of ours: a broken family, a key that the oracle contradicts

Students' mistakes are data, never exceptions.
"""


class ConvmarkError(Exception):
    """Base of all errors that are shown to a person.

    Args:
        message: what was expected, what came, and where.
        remedy: what to do about it; may be empty.
    """

    exit_code = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message


class UsageError(ConvmarkError, ValueError):
    """The call or a file it names is not what it should be; nothing was written."""

    exit_code = 2


class Refused(UsageError):
    """A `given` that describes no possible instance. The message is the reason.

    >>> from question_bank.errors import Refused
    >>> str(Refused("stride: expected an integer of at least 1, got 0"))
    'stride: expected an integer of at least 1, got 0'
    """


class SupplyError(UsageError):
    """A family cannot give as many distinct variants as were asked of it."""


class MachineError(ConvmarkError, OSError):
    """This machine lacks something: room on the disk, a permission, a program."""

    exit_code = 3

    def __str__(self) -> str:
        return ConvmarkError.__str__(self)


class BankError(ConvmarkError, RuntimeError):
    """A fault of the bank itself; no student may lose a point over it."""
