"""The categories of a question bank in Moodle: one for each question of the paper, in each language by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from question_bank.lms.markup import step
from question_bank.lms.question import Question
from question_bank.text import LANGUAGES


@dataclass(frozen=True, slots=True)
class Category:
    """The variants of one question in one language, from which a quiz draws; `steps` lead to it."""

    steps: tuple[str, ...]
    number: int
    questions: tuple[Question, ...]

    def path(self, letter: str = "", questions: Sequence[Question] = ()) -> str:
        """The path as Moodle writes it.

        Args:
            letter: of a part, where the parts became questions of their own.
            questions: those that have the part; all where none are given.
        """
        families = ", ".join(sorted({each.family for each in questions or self.questions}))
        return "/".join(["$course$/top", *map(step, (*self.steps, f"{self.number:02d}{letter} {families}"))])


def categories(title: str, questions: Sequence[Question]) -> Iterator[Category]:
    """The questions of an exam by category.

    A quiz draws one variant from a category, so those of several languages lie apart.

    Args:
        title: of the exam.
        questions: of all students.
    """
    several = len({each.language for each in questions}) > 1

    def place(each: Question) -> tuple[int, int]:
        return LANGUAGES.index(each.language), each.number

    for (_, number), group in groupby(sorted(questions, key=place), place):
        own = tuple(group)
        yield Category((title, own[0].language) if several else (title,), number, own)
