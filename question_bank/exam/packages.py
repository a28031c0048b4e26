"""The questions of an exam in one file for a learning management system, a variant for each student."""

from collections.abc import Callable, Iterable, Sequence

from question_bank.exam import titles
from question_bank.exam.folder import Exam
from question_bank.lms import gift, moodle, qti12
from question_bank.lms.question import Question, question

FILES = {"moodle": "moodle.xml", "gift": "gift.txt", "qti12": "qti12.zip"}
"""The name of the file of each format."""

_WRITERS: dict[str, Callable[[str, Sequence[Question]], tuple[bytes, list[str]]]] = {
    "moodle": moodle.render,
    "gift": gift.render,
    "qti12": qti12.render,
}


def package(exam: Exam, kind: str, students: Iterable[str]) -> tuple[bytes, list[str]]:
    """The file, and what a person should know about it.

    Args:
        exam: whose questions.
        kind: a key of `FILES`.
        students: whose variants.

    Raises:
        UsageError: the format cannot carry a question.
    """
    gathered = [
        question(asked.question, asked.key, titles.saying(asked.question))
        for student in students
        for asked in exam.papers[student]
    ]
    language = "en" if "en" in exam.title else next(iter(exam.title))
    return _WRITERS[kind](exam.title[language], gathered)
