"""Results for GitHub Classroom's reporter, which reads an environment variable for each of its runners.

The reporter gives a runner the share of its points that its tests passed, and ignores what a test says
of its own score. So each question is a runner of its own, and a share of its points is as many of so
many tests.
"""

import base64
import json
from collections.abc import Callable, Sequence
from fractions import Fraction

from question_bank.lms.grades.grade import Grade, Item, Reported
from question_bank.points import in_file

MOST_TESTS = 1000


def render(grades: Sequence[Grade], file_name: Callable[[str], str]) -> Reported:
    """The files, `github-classroom/<id>.env`, lines to append to GITHUB_ENV; none for who has no grade yet.

    Args:
        grades: of the class.
        file_name: gives the name of a student's files.
    """
    files = {
        f"github-classroom/{file_name(grade.student_id)}.env": _environment(grade)
        for grade in grades
        if grade.points is not None
    }
    waiting = tuple(f"{grade.student_id}: has no grade yet" for grade in grades if grade.points is None)
    note = "append the file of a student to $GITHUB_ENV, and give the reporter the runners ${{ env.RUNNERS }}"
    return Reported({name: text.encode() for name, text in files.items()}, waiting, (note,) if files else ())


def _environment(grade: Grade) -> str:
    runners = _runners([item.id for item in grade.items])
    lines = [f"RUNNERS={','.join(runners)}"]
    for runner, item in zip(runners, grade.items, strict=True):
        text = json.dumps(_results(item), ensure_ascii=True)
        lines.append(f"{runner.upper()}_RESULTS={base64.b64encode(text.encode()).decode()}")
    return "\n".join(lines) + "\n"


def _runners(ids: Sequence[str]) -> list[str]:
    """Ids of plain letters and digits, each once."""
    plain = ["".join(char for char in each if char.isascii() and char.isalnum()) for each in ids]
    named = [each if each[:1].isalpha() else f"q{each}" for each in plain]
    if all(plain) and len({each.casefold() for each in named}) == len(named):
        return named
    return [f"q{number}" for number in range(1, len(ids) + 1)]


def _results(item: Item) -> dict[str, object]:
    share = item.points / item.most if item.points and item.most else Fraction(int(not item.most))
    share = min(share, Fraction(1)).limit_denominator(MOST_TESTS)
    passed, count = share.numerator, share.denominator
    return {
        "version": 1,
        "status": "pass" if passed == count else "fail",
        "max_score": in_file(item.most),
        "tests": [
            {
                "name": item.id if count == 1 else f"{number}/{count}",
                "status": "pass" if number <= passed else "fail",
                "message": "",
            }
            for number in range(1, count + 1)
        ],
    }
