"""The formulas of an item analysis, on plain lists of numbers.

Nothing here knows an exam. Where a number is not defined (nobody, no variance, too few) the answer
is None, never 0. Sums are exact to the last bit (`fsum`), so that every machine gives the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import atanh, fsum, inf, sqrt
from statistics import median

FEWEST_FOR_CORRELATION = 3
"""Two points always lie on a line."""
CLEAR = 2
"""Standard errors beyond which a difference is flagged: by chance alone about one in twenty is."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How numbers are spread; `sd` is the standard deviation with n - 1, None below two numbers."""

    n: int
    mean: float
    sd: float | None
    median: float
    least: float
    most: float


def spread(values: Sequence[float]) -> Spread | None:
    """Describe some numbers; None where there are none.

    >>> spread([2, 4, 4, 4, 5, 5, 7, 9]).mean
    5.0
    """
    if not values:
        return None
    return Spread(len(values), mean(values), deviation(values), float(median(values)), min(values), max(values))


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean of at least one number."""
    return fsum(values) / len(values)


def variance(values: Sequence[float]) -> float | None:
    """The variance with n - 1; None below two numbers, exactly 0 where all are equal."""
    if len(values) < 2:
        return None
    if min(values) == max(values):
        return 0.0
    middle = mean(values)
    return fsum((value - middle) ** 2 for value in values) / (len(values) - 1)


def deviation(values: Sequence[float]) -> float | None:
    """The standard deviation with n - 1; None below two numbers."""
    found = variance(values)
    return None if found is None else sqrt(found)


def correlation(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Pearson's product-moment correlation; None below three pairs or where a side has no variance.

    Where one side is 0 or 1 it is the point-biserial correlation (Lord & Novick 1968, Statistical
    Theories of Mental Test Scores, chapter 15).

    >>> correlation([1, 2, 3], [2, 4, 6])
    1.0
    """
    if len(xs) < FEWEST_FOR_CORRELATION or min(xs) == max(xs) or min(ys) == max(ys):
        return None
    middle_x, middle_y = mean(xs), mean(ys)
    dx, dy = [x - middle_x for x in xs], [y - middle_y for y in ys]
    both = fsum(a * b for a, b in zip(dx, dy, strict=True))
    return max(-1.0, min(1.0, both / sqrt(fsum(a * a for a in dx) * fsum(b * b for b in dy))))


def partial_correlation(xs: Sequence[float], ys: Sequence[float], held: Sequence[float]) -> float | None:
    """The correlation of x and y while `held` is held constant.

    (r_xy - r_xz r_yz) / sqrt((1 - r_xz²)(1 - r_yz²)), Yule 1907. It is r_xy where `held` is constant
    anyway, and None where x or y is a function of it.
    """
    xy, xz, yz = correlation(xs, ys), correlation(xs, held), correlation(ys, held)
    if xy is None:
        return None
    left = (1 - (xz or 0.0) ** 2) * (1 - (yz or 0.0) ** 2)
    if left < 1e-12:
        return None
    return max(-1.0, min(1.0, (xy - (xz or 0.0) * (yz or 0.0)) / sqrt(left)))


def standard_errors(correlated: float, n: int, *, held: int = 0) -> float:
    """How many standard errors a correlation is away from 0; 0 where n is too small to say.

    By Fisher's transformation: atanh(r) has the standard error 1 / sqrt(n - 3), and
    1 / sqrt(n - 3 - k) where k other numbers are held constant (Fisher 1924).

    Args:
        correlated: r, from -1 to 1.
        n: pairs.
        held: k.
    """
    free = n - 3 - held
    if free <= 0:
        return 0.0
    return (inf if correlated > 0 else -inf) if abs(correlated) == 1 else atanh(correlated) * sqrt(free)


@dataclass(frozen=True, slots=True)
class Reliability:
    """Cronbach's alpha, and the standard error of measurement in points: sd * sqrt(1 - alpha)."""

    alpha: float
    error: float
    students: int
    questions: int


def reliability(table: Sequence[Sequence[float]]) -> Reliability | None:
    """How far the questions agree with each other about the students.

    alpha = k / (k - 1) * (1 - sum of the questions' variances / variance of the totals), Cronbach
    1951, Coefficient alpha and the internal structure of tests, Psychometrika 16. The standard
    error of measurement is from Lord & Novick 1968, chapter 3. Questions about one instance depend
    on each other and make alpha larger than it should be.

    Args:
        table: a row for each student, a column for each question; points.

    Returns:
        None with fewer than two questions or students, or where all totals are equal.

    >>> round(reliability([[1, 1], [2, 2], [3, 3]]).alpha, 6)
    1.0
    """
    if len(table) < 2 or len(table[0]) < 2:
        return None
    questions = len(table[0])
    total = variance([fsum(row) for row in table])
    if not total:
        return None
    within = fsum(variance(column) or 0.0 for column in zip(*table, strict=True))
    alpha = questions / (questions - 1) * (1 - within / total)
    return Reliability(alpha, sqrt(max(0.0, total * (1 - alpha))), len(table), questions)


@dataclass(frozen=True, slots=True)
class Halves:
    """What the half with the smaller x and the half with the larger x scored.

    `error` is the standard error of `difference` (larger minus smaller); None where a half has fewer than two.
    """

    smaller_n: int
    smaller: float
    larger_n: int
    larger: float
    difference: float
    error: float | None


def halves(xs: Sequence[float], ys: Sequence[float]) -> Halves | None:
    """Compare the mean y of the half with the smaller x and of the half with the larger x.

    Equal x stay together: the cut is the one that parts the students most evenly. The standard
    error is Welch's, sqrt(s1²/n1 + s2²/n2). None where all x are equal.
    """
    cuts = sorted(set(xs))[1:]
    if not cuts:
        return None
    cut = min(cuts, key=lambda value: (abs(2 * sum(x < value for x in xs) - len(xs)), value))
    low = [y for x, y in zip(xs, ys, strict=True) if x < cut]
    high = [y for x, y in zip(xs, ys, strict=True) if x >= cut]
    spreads = variance(low), variance(high)
    error = None
    if spreads[0] is not None and spreads[1] is not None:
        error = sqrt(spreads[0] / len(low) + spreads[1] / len(high))
    return Halves(len(low), mean(low), len(high), mean(high), mean(high) - mean(low), error)


@dataclass(frozen=True, slots=True)
class Residual:
    """How a group scored against what the rest of the exam lets one expect of it.

    `residual` is the mean distance from one line that is common to all groups, `error` its standard
    error under the hypothesis that the groups do not differ; None where it cannot be told.
    """

    n: int
    mean: float
    residual: float
    error: float | None


def residuals(groups: Mapping[str, Sequence[tuple[float, float]]]) -> dict[str, Residual]:
    """Compare groups of students in their score y, given how they did on the rest x.

    One least-squares line y = a + b x goes through all students together. The mean residual e of a
    group has, by (I - H) of linear regression, the variance
    s² (1/n - 1/N - (mean x of the group - mean x)² / Sxx), with s² = sum of e² / (N - 2).

    Args:
        groups: for each group the pairs (x, y) of its students.
    """
    groups = {name: pairs for name, pairs in groups.items() if pairs}
    xs = [x for pairs in groups.values() for x, _ in pairs]
    ys = [y for pairs in groups.values() for _, y in pairs]
    if not xs:
        return {}
    middle_x, middle_y = mean(xs), mean(ys)
    sxx = 0.0 if min(xs) == max(xs) else fsum((x - middle_x) ** 2 for x in xs)
    slope = fsum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)) / sxx if sxx else 0.0
    free = len(xs) - (2 if sxx else 1)
    left = fsum((y - middle_y - slope * (x - middle_x)) ** 2 for x, y in zip(xs, ys, strict=True))
    found = {}
    for name, pairs in groups.items():
        own_x, own_y = mean([x for x, _ in pairs]), mean([y for _, y in pairs])
        share = 1 / len(pairs) - 1 / len(xs) - ((own_x - middle_x) ** 2 / sxx if sxx else 0.0)
        known = len(groups) > 1 and free > 0 and share > 1e-12
        error = sqrt(left / free * share) if known else None
        found[name] = Residual(len(pairs), own_y, own_y - middle_y - slope * (own_x - middle_x), error)
    return found
