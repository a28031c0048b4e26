"""What a grading leaves in its folder, all of it written from the ledger: equal records, equal bytes.

`write` makes the two files of a submission, `write_summary` those of the class, `restore` whatever a
killed run left out.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from grader import files, mistakes
from grader.ledger import Ledger
from grader.records import Attempt
from grader.report import feedback, gradebook, junit, results


class Titled(Protocol):
    """Something with a title in each language."""

    @property
    def id(self) -> str: ...

    @property
    def title(self) -> Mapping[str, str]: ...


class Mistaken(mistakes.Wrong, Protocol):
    """A wrong submission, with the mistake in words of each language."""

    @property
    def what(self) -> Mapping[str, str]: ...


class Described(Protocol):
    """What reports need of an assignment."""

    @property
    def slug(self) -> str: ...

    @property
    def title(self) -> Mapping[str, str]: ...

    @property
    def tasks(self) -> Sequence[Titled]: ...

    @property
    def wrong(self) -> Sequence[Mistaken]: ...

    @property
    def suite_sha256(self) -> str: ...


def write(folder: Path, attempt: Attempt, assignment: Described, *, name: str, language: str = "en") -> bool:
    """Write the results file and the feedback page of one submission.

    Args:
        folder: of the results.
        attempt: what counts: `Ledger.effective` of the submission.
        assignment: whose titles the page bears.
        name: of the files, without their ends.
        language: of the page.

    Returns:
        Whether anything was written that was not there.

    Raises:
        MachineError: the folder cannot be written.
    """
    titles = {task.id: task.title[language] for task in assignment.tasks}
    likely = mistakes.likely(attempt, assignment.wrong, assignment.suite_sha256)
    told = [wrong.what[language] for wrong in likely]
    page = feedback.render(attempt, assignment.title[language], titles, language, told)
    new = [
        files.write(folder / "results" / f"{name}.json", results.render(attempt)),
        files.write(folder / "feedback" / f"{name}.html", page.encode()),
    ]
    return any(new)


def language_of(folder: Path, name: str) -> str:
    """The language of a submission's feedback page as it lies there; English where there is none."""
    try:
        return feedback.language_of((folder / "feedback" / f"{name}.html").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return "en"


def write_summary(folder: Path, ledger: Ledger, assignment: Described) -> None:
    """Write gradebook.csv and junit.xml of all that the ledger holds.

    Raises:
        MachineError: the folder cannot be written.
    """
    attempts = list(ledger.results().values())
    tasks = [task.id for task in assignment.tasks]
    files.write(folder / "gradebook.csv", gradebook.render(attempts, tasks).encode())
    files.write(folder / "junit.xml", junit.render(attempts, assignment.slug))


def restore(
    folder: Path, ledger: Ledger, assignment: Described, file_name: Callable[[str], str], language: str = "en"
) -> list[str]:
    """Write what is missing or not as the ledger has it; the ids of these submissions.

    Args:
        folder: of the results.
        ledger: of this folder.
        assignment: that was graded.
        file_name: gives the name of a submission's files, without their ends.
        language: of the pages.

    Raises:
        MachineError: the folder cannot be written.
    """
    return [
        submission
        for submission, attempt in ledger.results().items()
        if write(folder, attempt, assignment, name=file_name(submission), language=language)
    ]
