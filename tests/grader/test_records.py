"""Records: JSON and back, points and statuses, what a person sets."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.records import Attempt, Override, Status, TaskOutcome, TestOutcome, TestStatus, in_file, worst

POINTS = st.fractions(min_value=0, max_value=1000, max_denominator=997)
TEXT = st.text(st.characters(), max_size=40)  # surrogates and control characters too
SECONDS = st.floats(min_value=0, max_value=1e4).map(lambda value: round(value, 4))


def an_outcome(
    task: str = "values", status: TestStatus = TestStatus.PASSED, points: Fraction | None = Fraction(1), most: int = 1
) -> TestOutcome:
    return TestOutcome("test_x", task, "x", "hidden", status, points, Fraction(most))


def attempt_of(*tests: TestOutcome, status: Status = Status.GRADED, **fields: object) -> Attempt:
    most = sum((test.max_points for test in tests), Fraction(0))
    return replace(Attempt("anna", "a" * 64, "b" * 64, 1, status, tests, most, "standard"), **fields)  # type: ignore[arg-type]


def by_hand(task: str, points: int | None, sha256: str = "a" * 64, most: int = 4) -> Override:
    return Override("anna", sha256, task, None if points is None else Fraction(points), Fraction(most), "Dr. X", "seen")


outcomes = st.builds(
    TestOutcome,
    name=TEXT, task=st.sampled_from(["values", "dilation", "=x"]), title=TEXT, visibility=st.sampled_from(["visible", "hidden"]),
    status=st.sampled_from(TestStatus), points=st.none() | POINTS, max_points=POINTS, message=TEXT, seconds=SECONDS, given=st.booleans(),
)  # fmt: skip
attempts = st.builds(
    Attempt,
    id=TEXT, sha256=TEXT, suite_sha256=TEXT, attempt=st.integers(1, 9), status=st.sampled_from(Status),
    tests=st.lists(outcomes, max_size=5).map(tuple), max_score=POINTS, isolation=TEXT, device=st.just("cpu"),
    flags=st.lists(TEXT, max_size=2).map(tuple), output=TEXT, seconds=SECONDS, overrides=st.just(()), found=st.none(),
)  # fmt: skip


@given(attempts)
def test_an_attempt_comes_back_from_json(attempt: Attempt) -> None:
    assert Attempt.of(json.loads(json.dumps(attempt.row()))) == attempt


@given(
    st.builds(
        Override, id=TEXT, sha256=TEXT, task=TEXT, points=st.none() | POINTS, max_points=POINTS, by=TEXT, reason=TEXT
    )
)
def test_an_override_comes_back_from_json(override: Override) -> None:
    assert Override.of(json.loads(json.dumps(override.row()))) == override


@given(attempts)
def test_the_score_is_the_points_of_all_tests_or_nothing(attempt: Attempt) -> None:
    known = [test.points for test in attempt.tests]
    if attempt.status in (Status.FLAGGED, Status.UNGRADED) or None in known:
        assert attempt.score is None
    else:
        assert attempt.score == sum(known) == sum(task.points for task in attempt.tasks)


def test_the_worst_status_wins() -> None:
    assert worst([Status.GRADED, Status.UNGRADED, Status.TIMEOUT]) is Status.UNGRADED
    assert worst([Status.FLAGGED, Status.REJECTED]) is Status.FLAGGED


def test_a_task_without_one_tests_points_has_none() -> None:
    tests = [an_outcome(), an_outcome(status=TestStatus.UNGRADED, points=None)]
    assert TaskOutcome.of_tests("values", tests) == TaskOutcome("values", TestStatus.UNGRADED, None, Fraction(2))


@pytest.mark.parametrize(
    ("points", "shown"), [(Fraction(2, 3), 0.6667), (Fraction(0), 0), (Fraction(7, 2), 3.5), (Fraction(1, 99999), 0)]
)
def test_points_in_files(points: Fraction, shown: float) -> None:
    assert in_file(points) == shown
    assert type(in_file(points)) is type(shown)


def test_a_person_sets_the_points_of_a_task() -> None:
    found = attempt_of(an_outcome(points=Fraction(0), most=4), an_outcome("dilation"))
    after = found.with_overrides([by_hand("values", 3)])
    assert (found.score, after.score, after.status) == (1, 4, Status.GRADED)
    assert after.as_found() == found
    assert after.row() == found.row()
    assert after.with_overrides([]) == found
    assert after.with_overrides([by_hand("values", None)]) == found


def test_an_override_never_exceeds_a_task_that_shrank() -> None:
    assert attempt_of(an_outcome(points=Fraction(0), most=2)).with_overrides([by_hand("values", 4)]).score == 2


def test_an_override_of_a_task_that_is_gone_does_nothing() -> None:
    assert attempt_of(an_outcome()).with_overrides([by_hand("borders", 4)]).score == 1


def test_a_flag_is_settled_by_somebody_who_saw_these_bytes() -> None:
    found = attempt_of(an_outcome(points=Fraction(1), most=4), an_outcome("dilation"), status=Status.FLAGGED)
    settled = found.with_overrides([by_hand("values", 2)])
    assert (settled.status, settled.found, settled.score) == (Status.GRADED, Status.FLAGGED, 3)
    assert settled.row()["status"] == "flagged"
    others = found.with_overrides([by_hand("values", 2, sha256="c" * 64)])
    assert (others.status, others.score) == (Status.FLAGGED, None)
    assert others.tasks[0].points == 2


def test_a_settled_attempt_whose_tests_were_cut_short_is_partial() -> None:
    tests = an_outcome(status=TestStatus.TIMEOUT, points=Fraction(0), most=4), an_outcome("dilation")
    assert attempt_of(*tests, status=Status.FLAGGED).with_overrides([by_hand("dilation", 1)]).status is Status.PARTIAL


def test_an_ungraded_attempt_is_settled_only_once_every_task_has_points() -> None:
    lost = an_outcome(status=TestStatus.UNGRADED, points=None, most=4)
    found = attempt_of(lost, replace(lost, task="dilation"), status=Status.UNGRADED)
    half = found.with_overrides([by_hand("values", 4, sha256="c" * 64)])
    assert (half.status, half.score) == (Status.UNGRADED, None)
    whole = found.with_overrides([by_hand("values", 4, sha256="c" * 64), by_hand("dilation", 0)])
    assert (whole.found, whole.score) == (Status.UNGRADED, 4)


def test_points_for_a_submission_of_which_nothing_was_run() -> None:
    rejected = attempt_of(status=Status.REJECTED, max_score=Fraction(8))
    after = rejected.with_overrides([by_hand("values", 3)])
    assert (rejected.score, after.score, after.status) == (0, 3, Status.REJECTED)
    ungraded = attempt_of(status=Status.UNGRADED, max_score=Fraction(8))
    assert ungraded.with_overrides([by_hand("values", 4)]).score is None  # half of the points are not known yet
    assert ungraded.with_overrides([by_hand("values", 4), by_hand("dilation", 4)]).score == 8
