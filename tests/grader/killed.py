"""A grader to be killed: records submissions in the ledger and writes their files. Arguments: folder, count."""

import sys
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

from grader import report
from grader.ledger import Ledger
from grader.records import Attempt, Status, TestOutcome, TestStatus

LANGUAGES = dict.fromkeys(("en", "he", "ru", "da"), "Title")
ASSIGNMENT = SimpleNamespace(
    slug="conv2d", title=LANGUAGES, tasks=[SimpleNamespace(id="values", title=LANGUAGES)], wrong=(), suite_sha256=""
)


def attempt_of(number: int, attempt: int) -> Attempt:
    points = Fraction(number % 4, 3)
    test = TestOutcome("test_x", "values", "x", "hidden", TestStatus.PASSED, points, Fraction(1), "m" * 2000, 0.1)
    return Attempt(f"s{number}", f"{number}", "suite", attempt, Status.GRADED, (test,), Fraction(1), "standard")


def say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def grade(folder: Path, count: int) -> None:
    with Ledger.open(folder, "conv2d") as ledger:
        report.restore(folder, ledger, ASSIGNMENT, str)
        say("open")
        for number in range(count):
            if ledger.done(f"s{number}", f"{number}", "suite"):
                continue
            ledger.append(attempt_of(number, ledger.next_attempt(f"s{number}")))
            say(number)
            report.write(folder, ledger.effective(f"s{number}"), ASSIGNMENT, name=f"s{number}")
        report.write_summary(folder, ledger, ASSIGNMENT)
    say("end")


if __name__ == "__main__":
    grade(Path(sys.argv[1]), int(sys.argv[2]))
