"""Likely mistakes: what wrong submissions fail is written down, and compared with what a submission failed."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader import assignment, mistakes, results_folder
from grader.check import check
from grader.mistakes import Known, likely
from grader.records import Attempt, Status, TestOutcome, TestStatus
from question_bank.errors import UsageError
from question_bank.text import LANGUAGES

from .grading import grade_folder

SUITE = "b" * 64
SLUGS = assignment.slugs()


@dataclass(frozen=True)
class Wrong:
    name: str
    failed: frozenset[str]
    may_fail: tuple[str, ...] = ()


def wrong(name: str, *failed: str) -> Wrong:
    return Wrong(name, frozenset(failed))


def attempt(**statuses: TestStatus) -> Attempt:
    tests = tuple(
        TestOutcome(name, "values", name, "hidden", status, Fraction(0), Fraction(1))
        for name, status in statuses.items()
    )
    return Attempt("ann", "a" * 64, SUITE, 1, Status.GRADED, tests, Fraction(len(tests)), "standard")


def names(found: tuple[Wrong, ...]) -> list[str]:
    return [each.name for each in found]


ONE = attempt(a=TestStatus.PASSED, b=TestStatus.FAILED, c=TestStatus.TIMEOUT)


def test_whoever_fails_the_same_tests_has_likely_made_the_same_mistake() -> None:
    known = [wrong("other", "b"), wrong("same", "b", "c"), wrong("more", "a", "b", "c"), wrong("too", "c", "b")]
    assert names(likely(ONE, known, SUITE)) == ["same", "too"]


def test_a_task_that_may_be_failed_says_nothing() -> None:
    trained = TestOutcome("t", "training", "t", "hidden", TestStatus.FAILED, Fraction(0), Fraction(1))
    passed = replace(trained, status=TestStatus.PASSED, points=Fraction(1))
    chance = replace(wrong("by chance", "b", "c"), may_fail=("training",))
    for outcome in (trained, passed):
        assert names(likely(replace(ONE, tests=(*ONE.tests, outcome)), [chance], SUITE)) == ["by chance"]
    assert likely(replace(ONE, tests=(*ONE.tests, trained)), [wrong("never", "b", "c")], SUITE) == ()


def test_many_mistakes_are_none() -> None:
    known = [wrong(f"w{number}", "b", "c") for number in range(mistakes.MOST)]
    assert len(likely(ONE, known, SUITE)) == mistakes.MOST
    assert likely(ONE, [*known, wrong("one more", "b", "c")], SUITE) == ()


@pytest.mark.parametrize("status", list(Status))
def test_only_what_has_a_score_is_told_mistakes(status: Status) -> None:
    found = likely(replace(ONE, status=status), [wrong("same", "b", "c")], SUITE)
    assert bool(found) == status.scored


def test_nothing_failed_nothing_run_and_other_tests_say_nothing() -> None:
    nothing = [wrong("not written down"), wrong("same", "b", "c")]
    assert likely(attempt(a=TestStatus.PASSED), nothing, SUITE) == ()
    assert likely(replace(ONE, tests=()), nothing, SUITE) == ()
    assert likely(ONE, nothing, "c" * 64) == ()


# --- the file ---


def test_the_file_holds_what_was_written_and_is_the_same_each_time(tmp_path: Path) -> None:
    known = Known(SUITE, {"b": frozenset({"y", "x"}), "a": frozenset()})
    (tmp_path / mistakes.NAME).write_bytes(mistakes.render(known))
    assert mistakes.read(tmp_path) == known
    assert mistakes.render(Known(SUITE, dict(reversed(known.failed.items())))) == mistakes.render(known)
    assert mistakes.read(tmp_path / "nowhere") is None


@pytest.mark.parametrize(
    "document",
    [
        b"", b"\xff", b"[]", b"{", b"[" * 100_000, b"null",
        {}, {"schema": 2, "suite_sha256": SUITE, "failed": {}}, {"schema": 1, "suite_sha256": "B", "failed": {}},
        {"schema": 1, "suite_sha256": SUITE}, {"schema": 1, "suite_sha256": SUITE, "failed": {"a": "xy"}},
        {"schema": 1, "suite_sha256": SUITE, "failed": {"a": [1]}},
        {"schema": 1, "suite_sha256": SUITE, "failed": {}, "more": 1},
    ],
)  # fmt: skip
def test_a_damaged_file_is_refused(document: Any, tmp_path: Path) -> None:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    (tmp_path / mistakes.NAME).write_bytes(content)
    with pytest.raises(UsageError, match=r"mistakes\.json does not hold"):
        mistakes.read(tmp_path)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / mistakes.NAME).mkdir()
    with pytest.raises(UsageError, match=r"mistakes\.json: "):
        mistakes.read(tmp_path)


# --- in the line ---


def test_written_by_a_check_and_named_to_whoever_grades_and_is_graded(
    an_assignment: Callable[..., Path], tmp_path: Path
) -> None:
    folder = an_assignment(
        {"wrong/what.toml": '[triples]\nhe = "כפול שלוש."\nru = "Умножает на три."\nda = "Ganger."\n'}
    )
    assert check(assignment.read(folder)).problems == ()
    assert not (folder / mistakes.NAME).exists()
    assert check(assignment.read(folder), update=True).problems == ()
    it = assignment.read(folder)
    failed = {"hidden/test_values.py::test_numbers"}  # three times nothing is nothing: the visible one passes
    assert [(each.name, each.failed) for each in it.wrong] == [("triples", failed)]

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ann.py").write_text("def double(x):\n    return x + x + x\n")
    (tmp_path / "in" / "bob.py").write_text("def double(x):\n    return x + x\n")
    grade_folder(folder, [tmp_path / "in"], tmp_path / "out")
    page = (tmp_path / "out" / "feedback" / "ann.html").read_text(encoding="utf-8")
    assert "A likely mistake" in page
    assert "Takes three for two." in page
    assert "A likely mistake" not in (tmp_path / "out" / "feedback" / "bob.html").read_text(encoding="utf-8")
    assert "  likely: triples: Takes three for two." in results_folder.show(tmp_path / "out", "ann").lines()
    [group] = results_folder.triage(tmp_path / "out")
    assert "  likely: triples: Takes three for two." in group.lines()
    assert group.row()["likely"] == ["triples"]

    changed = (folder / "tests/hidden/test_values.py").read_text() + "\n"
    (folder / "tests/hidden/test_values.py").write_text(changed)
    assert [each.failed for each in assignment.read(folder).wrong] == [frozenset()]
    assert results_folder.show(tmp_path / "out", "ann").likely == ()
    [problem] = check(assignment.read(folder)).problems
    assert "give --update" in problem
    assert check(assignment.read(folder), update=True).problems == ()
    assert check(assignment.read(folder)).problems == ()


def test_nothing_is_written_where_something_is_to_mend(an_assignment: Callable[..., Path]) -> None:
    folder = an_assignment(
        {"wrong/triples/double.py": "# What: takes three for two\ndef double(x):\n    return x * 2\n"}
    )
    assert check(assignment.read(folder), update=True).problems
    assert not (folder / mistakes.NAME).exists()


def test_results_of_an_assignment_that_is_gone_can_be_read(an_assignment: Callable[..., Path], tmp_path: Path) -> None:
    folder = an_assignment()
    (tmp_path / "ann.py").write_text("def double(x):\n    return 3 * x\n")
    grade_folder(folder, [tmp_path / "ann.py"], tmp_path / "out")
    folder.rename(tmp_path / "elsewhere")
    assert results_folder.show(tmp_path / "out", "ann").likely == ()
    assert [group.likely for group in results_folder.triage(tmp_path / "out")] == [()]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_shipped_assignment_tells_mistakes_in_every_language(slug: str) -> None:
    it = assignment.find(slug)
    for each in it.wrong:
        assert each.failed, each.name
        assert set(each.what) == set(LANGUAGES)
        assert len(set(each.what.values())) == len(LANGUAGES), each.name
        assert all(text.endswith(".") for text in each.what.values()), each.name
