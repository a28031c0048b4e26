"""Which mistake a submission has likely made: that of a wrong submission which fails the same tests.

What the wrong submissions of an assignment fail lies beside them in mistakes.json. `assignment check
--update` writes it, from what grading found.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.records import Attempt, TestStatus
from question_bank.errors import UsageError

NAME = "mistakes.json"
MOST = 3
"""Where more mistakes fail the same tests, naming them would be guessing."""

_REMEDY = "Write it anew: convmark assignment check SLUG --update"


class Wrong(Protocol):
    """A wrong submission: the tests that it fails, but for those of tasks that it may fail or not."""

    @property
    def failed(self) -> Collection[str]: ...

    @property
    def may_fail(self) -> Collection[str]: ...


_Wrong = TypeVar("_Wrong", bound=Wrong)


@dataclass(frozen=True, slots=True)
class Known:
    """What wrong submissions failed.

    Args:
        suite_sha256: of the tests that they failed.
        failed: the tests by the name of the wrong submission.
    """

    suite_sha256: str
    failed: Mapping[str, frozenset[str]]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    schema_: Literal[1] = Field(alias="schema")
    suite_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    failed: dict[str, list[str]]


def read(folder: Path) -> Known | None:
    """What the file in the folder of an assignment says; None where there is none.

    Raises:
        UsageError: it is damaged.
    """
    try:
        found = _Document.model_validate_json((folder / NAME).read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{folder / NAME}: {error.strerror}", "Make it readable.") from None
    except ValidationError:
        raise UsageError(f"{NAME} does not hold what `assignment check` writes into it", _REMEDY) from None
    return Known(found.suite_sha256, {name: frozenset(tests) for name, tests in found.failed.items()})


def render(known: Known) -> bytes:
    """The file, the same bytes for the same contents."""
    failed = {name: sorted(tests) for name, tests in sorted(known.failed.items())}
    table = {"schema": 1, "suite_sha256": known.suite_sha256, "failed": failed}
    return (json.dumps(table, ensure_ascii=False, indent=1) + "\n").encode()


def failed(attempt: Attempt, without: Collection[str] = ()) -> frozenset[str]:
    """The tests that a submission did not pass, but for those of some tasks."""
    return frozenset(
        test.name for test in attempt.tests if test.status is not TestStatus.PASSED and test.task not in without
    )


def likely(attempt: Attempt, wrong: Sequence[_Wrong], suite_sha256: str) -> tuple[_Wrong, ...]:
    """The wrong submissions that fail exactly what a submission failed; none where there are too many.

    Args:
        attempt: at the submission.
        wrong: those of the assignment.
        suite_sha256: of the tests that the wrong ones failed; an attempt at others is not compared.
    """
    if not attempt.status.scored or attempt.suite_sha256 != suite_sha256:
        return ()
    alike = tuple(each for each in wrong if each.failed and each.failed == failed(attempt, each.may_fail))
    return alike if len(alike) <= MOST else ()
