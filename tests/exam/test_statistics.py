"""The formulas of an item analysis: against cases computed by hand, numpy, and what must never change."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.exam.statistics import (
    correlation,
    halves,
    partial_correlation,
    reliability,
    residuals,
    spread,
    standard_errors,
    variance,
)

# five students, four items of one point; the variances are 0.2 and three times 0.3, that of the totals 1.3
ITEMS = [[1, 1, 1, 1], [1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 1], [0, 0, 1, 0]]
numbers = st.integers(0, 20).map(float)


def columns(count: int, fewest: int = 4):
    return st.integers(fewest, 25).flatmap(
        lambda n: st.tuples(*[st.lists(numbers, min_size=n, max_size=n) for _ in range(count)])
    )


def test_spread_by_hand() -> None:
    found = spread([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0])
    assert found is not None
    assert (found.n, found.mean, found.median, found.least, found.most) == (8, 5.0, 4.5, 2.0, 9.0)
    assert found.sd == pytest.approx(math.sqrt(32 / 7))
    assert spread([]) is None
    one = spread([3.0])
    assert one is not None
    assert one.sd is None


def test_equal_numbers_have_no_variance_at_all() -> None:
    assert variance([0.1] * 7) == 0.0
    assert variance([1.0]) is None


def test_correlation_by_hand() -> None:
    # Sxy = 6, Sxx = 10, Syy = 6
    assert correlation([1, 2, 3, 4, 5], [2, 4, 5, 4, 5]) == pytest.approx(6 / math.sqrt(60))


def test_point_biserial_correlation() -> None:
    """(M1 - M0) / s * sqrt(p q), with the standard deviation over n: Lord & Novick 1968, 15.5."""
    item, rest = [1, 1, 0, 1, 0, 0], [0.9, 0.7, 0.4, 0.8, 0.6, 0.3]
    ones = np.mean([y for x, y in zip(item, rest, strict=True) if x])
    zeros = np.mean([y for x, y in zip(item, rest, strict=True) if not x])
    assert correlation(item, rest) == pytest.approx((ones - zeros) / np.std(rest) * 0.5)


@pytest.mark.parametrize(("xs", "ys"), [([1, 2], [1, 2]), ([1, 1, 1], [1, 2, 3]), ([1, 2, 3], [5, 5, 5]), ([], [])])
def test_correlation_is_none_where_it_is_not_defined(xs, ys) -> None:
    assert correlation(xs, ys) is None


@given(columns(2))
def test_correlation_as_numpy_has_it(two) -> None:
    xs, ys = two
    found = correlation(xs, ys)
    if found is None:
        assert len(set(xs)) == 1 or len(set(ys)) == 1
    else:
        assert found == pytest.approx(np.corrcoef(xs, ys)[0, 1], abs=1e-9)


@given(columns(3))
def test_partial_correlation_is_that_of_the_residuals(three) -> None:
    xs, ys, held = (np.array(column) for column in three)
    found = partial_correlation(list(xs), list(ys), list(held))
    if found is None or len(set(held)) == 1:
        return
    design = np.column_stack([np.ones_like(held), held])
    left = [column - design @ np.linalg.lstsq(design, column, rcond=None)[0] for column in (xs, ys)]
    assert found == pytest.approx(np.corrcoef(*left)[0, 1], abs=1e-6)


def test_partial_correlation_by_hand() -> None:
    """r_xy = 0, r_xz = r_yz = 1/sqrt(2): z is x + y, so holding it constant x and y oppose each other."""
    xs, ys = [0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]
    assert partial_correlation(xs, ys, [x + y for x, y in zip(xs, ys, strict=True)]) == pytest.approx(-1)
    assert partial_correlation(xs, xs, [1.0] * 4) == pytest.approx(1)
    assert partial_correlation(xs, ys, xs) is None


def test_standard_errors_of_a_correlation() -> None:
    assert standard_errors(0.5, 28) == pytest.approx(math.atanh(0.5) * 5)
    assert standard_errors(0.5, 29, held=1) == pytest.approx(math.atanh(0.5) * 5)
    assert standard_errors(0.9, 3) == 0
    assert standard_errors(-1.0, 10) == -math.inf


def test_alpha_by_hand() -> None:
    found = reliability(ITEMS)
    assert found is not None
    assert found.alpha == pytest.approx(4 / 3 * (1 - (0.2 + 0.3 + 0.3 + 0.3) / 1.3))
    assert found.error == pytest.approx(math.sqrt(1.3 * (1 - found.alpha)))


def test_alpha_of_two_halves_is_flanagans_and_of_right_or_wrong_is_kuder_and_richardsons() -> None:
    table = np.array(ITEMS, dtype=float)
    p = table.mean(axis=0)
    # KR-20 (Kuder & Richardson 1937), variances over n
    expected = 4 / 3 * (1 - (p * (1 - p)).sum() / table.sum(axis=1).var())
    assert reliability(ITEMS).alpha == pytest.approx(expected)
    pair = table[:, :2]
    flanagan = 2 * (1 - pair.var(axis=0, ddof=1).sum() / pair.sum(axis=1).var(ddof=1))
    assert reliability(pair.tolist()).alpha == pytest.approx(flanagan)


@pytest.mark.parametrize("table", [[], [[1, 2, 3]], [[1], [2], [3]], [[1, 2], [2, 1], [0, 3]]])
def test_alpha_is_none_where_it_is_not_defined(table) -> None:
    assert reliability(table) is None


tables = st.integers(2, 6).flatmap(
    lambda k: st.lists(st.lists(numbers, min_size=k, max_size=k), min_size=3, max_size=20)
)


@given(tables)
def test_alpha_from_the_covariance_matrix(table) -> None:
    found = reliability(table)
    if found is None:
        assert len({sum(row) for row in table}) == 1
        return
    covariance = np.cov(np.array(table).T)
    k = len(table[0])
    assert found.alpha == pytest.approx(k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()), abs=1e-6)
    assert found.alpha <= 1 + 1e-9


@given(tables, st.integers(1, 50), st.integers(-30, 30))
def test_alpha_does_not_know_units_nor_gifts_nor_order(table, scale: int, shift: int) -> None:
    found = reliability(table)
    other = reliability([[scale * value + shift for value in reversed(row)] for row in reversed(table)])
    if found is None:
        assert other is None
    else:
        assert other.alpha == pytest.approx(found.alpha, abs=1e-9)
        assert other.error == pytest.approx(scale * found.error, abs=1e-6)


@given(columns(2), st.integers(1, 9), st.integers(-9, 9))
def test_correlation_does_not_know_units(two, scale: int, shift: int) -> None:
    xs, ys = two
    found = correlation(xs, ys)
    moved = correlation([scale * x + shift for x in xs], ys)
    assert (found is None) == (moved is None)
    if found is not None:
        assert moved == pytest.approx(found)
        assert correlation([-x for x in xs], ys) == pytest.approx(-found)


def test_halves_by_hand() -> None:
    found = halves([1, 2, 3, 4], [1.0, 0.5, 0.25, 0.25])
    assert found is not None
    assert (found.smaller, found.larger, found.difference) == (0.75, 0.25, -0.5)
    assert found.error == pytest.approx(math.sqrt(0.125 / 2))


def test_halves_keep_equal_numbers_together() -> None:
    found = halves([5, 5, 5, 7], [1, 1, 1, 0])
    assert found is not None
    assert (found.smaller_n, found.larger_n, found.error) == (3, 1, None)
    assert halves([5, 5, 5], [1, 0, 1]) is None
    assert halves([], []) is None


def test_residuals_by_hand() -> None:
    """One line through all, then each group's mean distance from it; its variance from the hat matrix."""
    groups = {"a": [(0.0, 0.0), (1.0, 0.5), (2.0, 1.0)], "b": [(0.0, 0.5), (1.0, 1.0), (2.0, 1.5)]}
    found = residuals(groups)
    assert found["a"].residual == pytest.approx(-0.25)
    assert found["b"].residual == pytest.approx(0.25)
    assert (found["a"].n, found["a"].mean) == (3, 0.5)
    # six residuals of 0.25, s² = 6/16/4; 1/3 - 1/6 with equal means of x
    assert found["a"].error == pytest.approx(math.sqrt(6 / 16 / 4 / 6))


@given(columns(2, fewest=6), st.integers(1, 5))
def test_residuals_from_the_hat_matrix(two, cut: int) -> None:
    xs, ys = (np.array(column) for column in two)
    groups = {"a": list(zip(xs[:cut], ys[:cut], strict=True)), "b": list(zip(xs[cut:], ys[cut:], strict=True))}
    found = residuals(groups)
    design = np.column_stack([np.ones_like(xs), xs]) if len(set(xs)) > 1 else np.ones((len(xs), 1))
    left = np.eye(len(xs)) - design @ np.linalg.pinv(design)
    errors = left @ ys
    weights = np.zeros(len(xs))
    weights[:cut] = 1 / cut
    assert found["a"].residual == pytest.approx(weights @ errors, abs=1e-9)
    variance_of_mean = errors @ errors / (len(xs) - design.shape[1]) * (weights @ left @ weights)
    if found["a"].error is None:
        assert variance_of_mean < 1e-6
    else:
        assert found["a"].error == pytest.approx(math.sqrt(max(0, variance_of_mean)), abs=1e-6)
    assert cut * found["a"].residual + (len(xs) - cut) * found["b"].residual == pytest.approx(0, abs=1e-9)


def test_one_group_is_compared_with_nobody() -> None:
    assert residuals({"a": [(0.0, 1.0), (1.0, 0.0), (0.5, 0.5)], "b": []})["a"].error is None
    assert residuals({}) == {}
