"""The ten steps from a random sum to the initialisations of Xavier and He.

z = sum of N products w_i x_i, all independent. Source: tutorial 10, exercise 10.3 (part 2.6). The
answers are formulas; the oracle enumerates small finite distributions exactly.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any

from sympy import sqrt

from question_bank.answers import Expression
from question_bank.family import Derivation, Family, Given, Level, Part, Schema, Step, Word, symbol
from question_bank.space import Among, Record

N, E_w, E_x, Var_w, Var_x = map(symbol, ("N", "E_w", "E_x", "Var_w", "Var_x"))
Var_X, Var_Y, E_X, E_Y, E_x2, Var_z = map(symbol, ("Var_X", "Var_Y", "E_X", "E_Y", "E_x2", "Var_z"))
E_wx, Var_wx, E_z, Var_y = map(symbol, ("E_wx", "Var_wx", "E_z", "Var_y"))
E_X2, E_Y2, E_XY, E_XY2, Var_XY = map(symbol, ("E_X2", "E_Y2", "E_XY", "E_XY2", "Var_XY"))
RATIO, WANTED = symbol("q"), symbol("V")


def _summed(total: Any, one: Any) -> Step:
    """The variances of N independent terms add up."""
    return Step(total, N * one, "terms", {"terms_not_counted": one, "count_squared": N**2 * one})


def _mean_sum() -> list[Step]:
    rivals = {"means_added": E_w + E_x}
    return [
        Step(E_wx, E_w * E_x, "mean_of_product", rivals),
        Step(E_z, N * E_wx, "mean_terms", {"terms_not_counted": E_wx, "count_squared": N**2 * E_wx}),
    ]


def _product() -> list[Step]:
    return [
        Step(E_X2, Var_X + E_X**2, "moment", {"moment_is_variance": Var_X}),
        Step(E_Y2, Var_Y + E_Y**2, "moment", {"moment_is_variance": Var_Y}),
        Step(E_XY2, E_X2 * E_Y2, "moment_of_product"),
        Step(E_XY, E_X * E_Y, "mean_of_product"),
        Step(
            Var_XY,
            E_XY2 - E_XY**2,
            "variance",
            {"variances_multiplied": Var_X * Var_Y, "mean_not_subtracted": E_XY2, "mean_not_squared": E_XY2 - E_XY},
        ),
    ]


def _product_zero_mean() -> list[Step]:
    rivals = {"variances_added": Var_X + Var_Y, "deviations_multiplied": sqrt(Var_X * Var_Y)}
    return [
        Step(E_X2, Var_X, "moment_zero_mean"),
        Step(E_Y2, Var_Y, "moment_zero_mean"),
        Step(Var_XY, E_X2 * E_Y2, "variance_zero_mean", rivals),
    ]


def _sum() -> list[Step]:
    rivals = {"variances_added": Var_w + Var_x}
    return [Step(Var_wx, Var_w * Var_x, "product_zero_mean", rivals), _summed(Var_z, Var_wx)]


def _preserve_linear() -> list[Step]:
    term = Step(Var_wx, Var_w * Var_x, "product_zero_mean")
    rivals = {"he_for_xavier": 2 * Var_w / RATIO}
    return _preserve([term, _summed(Var_z, Var_wx)], Var_z, Var_x, rivals)


def _preserve_relu() -> list[Step]:
    return _preserve(_relu(), Var_y, Var_z, {})


def _sum_general() -> list[Step]:
    formula = Var_w * Var_x + Var_w * E_x**2 + Var_x * E_w**2
    rivals = {"variances_multiplied": Var_w * Var_x, "means_exchanged": Var_w * Var_x + Var_w * E_w**2 + Var_x * E_x**2}
    return [Step(Var_wx, formula, "product", rivals), _summed(Var_z, Var_wx)]


def _second_moment() -> list[Step]:
    rivals = {"variances_added": Var_w + E_x2}
    return [Step(Var_wx, Var_w * E_x2, "product_second_moment", rivals), _summed(Var_z, Var_wx)]


def _half_moment() -> list[Step]:
    return [Step(E_x2, Var_z / 2, "half", {"half_forgotten": Var_z, "half_squared": Var_z / 4})]


def _relu() -> list[Step]:
    return [*_half_moment(), Step(Var_wx, Var_w * E_x2, "product_second_moment"), _summed(Var_y, Var_wx)]


def _preserve(steps: list[Step], output: Any, before: Any, more: dict[str, Any]) -> list[Step]:
    """The variance of a weight that makes the ratio of two variances 1."""
    rivals = {"deviation_for_variance": sqrt(Var_w / RATIO), **more}
    return [
        *steps,
        Step(RATIO, output / before, "ratio"),
        Step(WANTED, Var_w / RATIO, "preserve", rivals),
    ]


STEPS: dict[str, tuple[Callable[[], list[Step]], str, str]] = {
    "mean_sum": (_mean_sum, r"\operatorname{E}[z]", r"$N$, $\operatorname{E}[w]$, $\operatorname{E}[x]$"),
    "product": (
        _product,
        r"\operatorname{Var}(XY)",
        r"$\operatorname{Var}(X)$, $\operatorname{Var}(Y)$, $\operatorname{E}[X]$, $\operatorname{E}[Y]$",
    ),
    "product_zero_mean": (
        _product_zero_mean,
        r"\operatorname{Var}(XY)",
        r"$\operatorname{Var}(X)$, $\operatorname{Var}(Y)$",
    ),
    "sum": (_sum, r"\operatorname{Var}(z)", r"$N$, $\operatorname{Var}(w)$, $\operatorname{Var}(x)$"),
    "sum_general": (
        _sum_general,
        r"\operatorname{Var}(z)",
        r"$N$, $\operatorname{Var}(w)$, $\operatorname{Var}(x)$, $\operatorname{E}[w]$, $\operatorname{E}[x]$",
    ),
    "second_moment": (
        _second_moment,
        r"\operatorname{Var}(z)",
        r"$N$, $\operatorname{Var}(w)$, $\operatorname{E}[x^2]$",
    ),
    "half_moment": (_half_moment, r"\operatorname{E}[x^2]", r"$\operatorname{Var}(z)$"),
    "relu": (_relu, r"\operatorname{Var}(y)", r"$N$, $\operatorname{Var}(w)$, $\operatorname{Var}(z)$"),
    "preserve_linear": (_preserve_linear, r"\operatorname{Var}(w)", "$N$"),
    "preserve_relu": (_preserve_relu, r"\operatorname{Var}(w)", "$N$"),
}

GIVEN = Schema(step=Word(*STEPS))


def derive(given: Given) -> Derivation:
    steps = STEPS[given.step][0]()
    return Derivation(steps, {"expression": steps[-1].symbol})


# --- the oracle: exact enumeration of finite distributions, with no formula of the derivation ---

Law = dict[Fraction, Fraction]
ANY: Law = {Fraction(-1): Fraction(1, 4), Fraction(2): Fraction(3, 4)}
OTHER: Law = {Fraction(0): Fraction(1, 3), Fraction(1): Fraction(1, 2), Fraction(3): Fraction(1, 6)}
CENTRED: Law = {Fraction(-1): Fraction(2, 3), Fraction(2): Fraction(1, 3)}
SYMMETRIC: Law = {Fraction(value): Fraction(1, 5) for value in (-3, -1, 0, 1, 3)}


def _law_of(function: Callable[..., Fraction], *laws: Law) -> Law:
    """The law of a function of independent variables."""
    result: Law = {}
    for outcome in product(*(law.items() for law in laws)):
        value = function(*(value for value, _ in outcome))
        chance = Fraction(1)
        for _, probability in outcome:
            chance *= probability
        result[value] = result.get(value, Fraction(0)) + chance
    return result


def _mean(law: Law) -> Fraction:
    return sum((value * chance for value, chance in law.items()), Fraction(0))


def _variance(law: Law) -> Fraction:
    mean = _mean(law)
    return sum(((value - mean) ** 2 * chance for value, chance in law.items()), Fraction(0))


def _square(law: Law) -> Law:
    return _law_of(lambda value: value * value, law)


def _relu_of(law: Law) -> Law:
    return _law_of(lambda value: max(value, Fraction(0)), law)


def _sum_law(count: int, w: Law, x: Law) -> Law:
    """The law of the sum of `count` independent products."""
    term = _law_of(lambda weight, value: weight * value, w, x)
    total: Law = {Fraction(0): Fraction(1)}
    for _ in range(count):
        total = _law_of(lambda first, second: first + second, total, term)
    return total


def _spread(variance: Fraction) -> Law:
    """A symmetric law on -2, 0, 2 with this variance, at most 4."""
    return {Fraction(-2): variance / 8, Fraction(0): 1 - variance / 4, Fraction(2): variance / 8}


def _preserving(count: int, before: Law, inputs: Law) -> Fraction:
    """The variance of the weights at which the output varies as `before` does, found and checked."""

    def ratio(variance: Fraction) -> Fraction:
        return _variance(_sum_law(count, _spread(variance), inputs)) / _variance(before)

    found = 1 / ratio(Fraction(1))
    if ratio(found) != 1:
        raise ArithmeticError(f"a variance of {found} does not preserve the signal for N = {count}")
    return found


@cache
def _measured(step: str) -> tuple[tuple[dict[str, Any], Fraction], ...]:
    points: list[tuple[dict[str, Any], Fraction]] = []
    for count in (1, 2, 3):
        for x in (OTHER, ANY):
            at = {"N": count, "E_w": _mean(ANY), "E_x": _mean(x), "Var_w": _variance(ANY), "Var_x": _variance(x)}
            match step:
                case "mean_sum":
                    points.append((at, _mean(_sum_law(count, ANY, x))))
                case "sum_general":
                    points.append((at, _variance(_sum_law(count, ANY, x))))
                case "product":
                    pair = {"Var_X": at["Var_w"], "E_X": at["E_w"], "Var_Y": at["Var_x"], "E_Y": at["E_x"]}
                    points.append((pair, _variance(_law_of(lambda a, b: a * b, ANY, x))))
                case "second_moment":
                    at = {"N": count, "Var_w": _variance(CENTRED), "E_x2": _mean(_square(x))}
                    points.append((at, _variance(_sum_law(count, CENTRED, x))))
        points += _measured_zero_mean(step, count)
    return tuple(points)


def _measured_zero_mean(step: str, count: int) -> list[tuple[dict[str, Any], Fraction]]:
    points: list[tuple[dict[str, Any], Fraction]] = []
    for z in (SYMMETRIC, _spread(Fraction(3))):
        at = {"N": count, "Var_w": _variance(CENTRED), "Var_x": _variance(z), "Var_z": _variance(z)}
        match step:
            case "sum":
                points.append((at, _variance(_sum_law(count, CENTRED, z))))
            case "product_zero_mean":
                law = _law_of(lambda a, b: a * b, CENTRED, z)
                points.append(({"Var_X": at["Var_w"], "Var_Y": at["Var_x"]}, _variance(law)))
            case "half_moment":
                points.append((at, _mean(_square(_relu_of(z)))))
            case "relu":
                points.append((at, _variance(_sum_law(count, CENTRED, _relu_of(z)))))
            case "preserve_linear":
                points.append((at, _preserving(count, z, z)))
            case "preserve_relu":
                points.append((at, _preserving(count, z, _relu_of(z))))
    return points


def measure(given: Given) -> dict[str, Any]:
    """Points, and the exact value there, from enumerating every outcome of small distributions."""
    return {"expression": _measured(given.step)}


FAMILY = Family(
    id="initialization/derivation",
    version=1,
    given=GIVEN,
    levels={
        1: Level(Record(step=Among("mean_sum", "product_zero_mean", "sum", "half_moment"))),
        2: Level(Record(step=Among("product", "second_moment", "preserve_linear"))),
        3: Level(Record(step=Among("sum_general", "relu", "preserve_relu"))),
    },
    parts=(
        Part(
            "expression",
            Expression(
                others=("N", "E_w", "E_x", "E_x2", "E_z", "Var_w", "Var_x", "Var_z", "Var_X", "Var_Y", "E_X", "E_Y")
            ),
        ),
    ),
    derive=derive,
    measure=measure,
    show=lambda given: {"target": STEPS[given.step][1], "names": STEPS[given.step][2]},
    wording=lambda given: str(given.step),
    few_variants="the derivation has ten steps",
)
