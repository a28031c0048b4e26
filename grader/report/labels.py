"""What tests are called where students may read it: by their titles, never by their names."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from grader.escaping import line
from grader.records import TestOutcome


def labelled(
    tests: Iterable[TestOutcome], untitled: Callable[[int], str] = "Test {}".format
) -> Iterator[tuple[str, TestOutcome]]:
    """The tests with their titles, each once: a title that was there before gets a number.

    Args:
        tests: of one attempt.
        untitled: names a test without a title, from its place.
    """
    given: Counter[str] = Counter()
    for number, test in enumerate(tests, 1):
        title = line(test.title) or untitled(number)
        given[title] += 1
        yield (title if given[title] == 1 else f"{title} ({given[title]})"), test
