"""The page a student gets: what was tested, how it went, and what to do about it.

One HTML file that needs nothing from anywhere and runs no script. A test that the student has is
shown in full; of a hidden one only its title and how it ended.
"""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.escaping import line, printable
from grader.records import Attempt, TaskOutcome, TestStatus, in_file
from grader.report.labels import labelled
from question_bank.text import LANGUAGES, RIGHT_TO_LEFT, Texts

_HERE = Path(__file__).parent
_DECIMAL_COMMA = frozenset({"ru", "da"})
_SIGN = {
    TestStatus.PASSED: "right",
    TestStatus.FAILED: "wrong",
    TestStatus.NOT_REACHED: "open",
    TestStatus.UNGRADED: "open",
}


@dataclass(frozen=True, slots=True)
class _Test:
    label: str
    sign: str
    outcome: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class _Task:
    title: str
    points: str
    set_by_hand: bool
    visible: tuple[_Test, ...]
    hidden: tuple[_Test, ...]


def render(attempt: Attempt, title: str, tasks: Mapping[str, str], language: str, mistakes: Sequence[str] = ()) -> str:
    """The page.

    Args:
        attempt: what counts of the submission.
        title: of the assignment, in the language.
        tasks: the titles of its tasks by id, in the language.
        language: of the page.
        mistakes: those that it has likely made, each a sentence in the language.
    """
    style = _style()
    page: str = _template().render(
        language=language,
        direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
        policy=f"default-src 'none'; style-src '{_hash(style)}'; base-uri 'none'; form-action 'none'",
        style=Markup(style),  # noqa: S704  # ours, read from the package
        word=lambda name: _word(name, language),
        title=line(title),
        submission=line(attempt.id),
        attempt=attempt,
        again=_fill("label.attempt", language, number=str(attempt.attempt)) if attempt.attempt > 1 else "",
        total=_points(attempt.score, attempt.max_score, language),
        mistakes=list(map(line, mistakes)),
        tasks=_tasks(attempt, tasks, language),
    )
    return page


def language_of(page: str) -> str:
    r"""The language of a page that `render` made; English if it is none.

    >>> language_of('<!DOCTYPE html>\n<html lang="he" dir="rtl">'), language_of("")
    ('he', 'en')
    """
    found = re.match(r'<!DOCTYPE html>\s*<html lang="(\w+)"', page)
    return found[1] if found and found[1] in LANGUAGES else "en"


def _tasks(attempt: Attempt, titles: Mapping[str, str], language: str) -> list[_Task]:
    shown: dict[str, dict[bool, list[_Test]]] = {task.id: {True: [], False: []} for task in attempt.tasks}
    for label, test in labelled(attempt.tests, lambda number: _fill("label.untitled", language, number=str(number))):
        outcome = _word(f"outcome.{test.status}", language)
        shown[test.task][test.given].append(
            _Test(label, _SIGN.get(test.status, "odd"), outcome, test.message if test.given else "")
        )
    by_hand = {override.task for override in attempt.overrides}
    handout = list(titles)  # in its order; what it does not know comes last
    return [
        _Task(
            title=line(titles.get(task.id, task.id)),
            points=_points(_shown(attempt, task), task.max_points, language),
            set_by_hand=task.id in by_hand,
            visible=tuple(shown[task.id][True]),
            hidden=tuple(shown[task.id][False]),
        )
        for task in sorted(attempt.tasks, key=lambda task: (*handout, task.id).index(task.id))
    ]


def _shown(attempt: Attempt, task: TaskOutcome) -> Fraction | None:
    """The points of a task; none while the submission waits for a person."""
    return task.points if attempt.status.scored else None


def _points(points: Fraction | None, most: Fraction, language: str) -> str:
    if points is None:
        return str(_word("label.no_points_yet", language))
    return _fill("label.points_of", language, points=_number(points, language), max_points=_number(most, language))


def _number(points: Fraction, language: str) -> str:
    text = str(in_file(points))
    return text.replace(".", ",") if language in _DECIMAL_COMMA else text


def _word(name: str, language: str) -> Any:
    return _texts().raw(name)[language]


def _fill(name: str, language: str, **values: str) -> str:
    return _texts().template(name, language).fill(values.__getitem__)


def _hash(style: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}"


@cache
def _texts() -> Texts:
    return Texts(_HERE / "interface.toml")


@cache
def _style() -> str:
    return (_HERE / "page" / "feedback.css").read_text(encoding="utf-8")


@cache
def _template() -> Any:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "page"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        finalize=lambda value: printable(value) if type(value) is str else value,
    )
    return environment.get_template("feedback.html")
