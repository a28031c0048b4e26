"""Variance, standard deviation and bound of the common weight initialisations.

Var w = g^2 / n: n is a fan (or the mean of both, for Xavier), g the gain of the activation. A
uniform law on [-b, b] has the variance b^2 / 3. torch's default layers draw from a uniform law
with b = 1 / sqrt(fan_in).

Source: tutorial 10, exercise 10.3 (part 2.6); Glorot and Bengio 2010; He et al. 2015; torch.nn.init.
The tutorial and the Danish notes call 1/fan_in "Xavier", which is `xavier_fan_in` here.
"""

from fractions import Fraction
from math import prod
from typing import Any

from sympy import Integer, Rational, sqrt

from question_bank.answers import Real
from question_bank.family import (
    Derivation,
    Family,
    Given,
    Level,
    Number,
    Part,
    Refused,
    Schema,
    Sizes,
    Step,
    Whole,
    Word,
    symbol,
)
from question_bank.space import Among, Either, Range, Record, Row

SCHEMES = (
    "xavier_normal", "xavier_uniform", "xavier_fan_in", "he_normal", "he_uniform", "lecun_normal", "torch_default",
)  # fmt: skip
UNIT_GAIN = (
    "linear", "sigmoid", "conv1d", "conv2d", "conv3d",
    "conv_transpose1d", "conv_transpose2d", "conv_transpose3d",
)  # fmt: skip

GIVEN = Schema(
    scheme=Word(*SCHEMES),
    weight_shape=Sizes(
        ("n_out", "n_in"),
        ("C_out", "C_in", "K"),
        ("C_out", "C_in", "K_H", "K_W"),
        ("C_out", "C_in", "K_T", "K_H", "K_W"),
        default=None,
    ),
    fan_in=Whole("n_in", default=None),
    fan_out=Whole("n_out", default=None),
    mode=Word("fan_in", "fan_out", default="fan_in"),
    nonlinearity=Word(*UNIT_GAIN, "tanh", "relu", "leaky_relu", "selu", default="relu"),
    gain=Number("g", default=None),
    a=Number("a", default=0),
)


def fans_used(given: Given) -> tuple[str, ...]:
    """Which fans the scheme divides by."""
    if given.scheme in ("xavier_normal", "xavier_uniform"):
        return ("fan_in", "fan_out")
    return (given.mode,) if given.scheme.startswith("he_") else ("fan_in",)


def uniform(given: Given) -> bool:
    """Whether the weights are drawn from a uniform law, and so have a bound."""
    return given.scheme in ("xavier_uniform", "he_uniform", "torch_default")


def check(given: Given) -> None:
    if given.weight_shape is None:
        for fan in fans_used(given):
            if getattr(given, fan) is None:
                raise Refused(f"missing key: {fan} (or weight_shape)")
    elif given.fan_in is not None or given.fan_out is not None:
        raise Refused("weight_shape: give either the shape of the weights or their fans")
    if given.gain is not None and (given.gain <= 0 or given.scheme in ("lecun_normal", "torch_default")):
        raise Refused(f"gain: expected null, or a positive number where the scheme has a gain, got {given.gain}")


def derive(given: Given) -> Derivation:
    steps: list[Step] = []
    fans = {name: _fan(given, name, steps) for name in fans_used(given)}
    squared = _squared_gain(given, steps)
    variance, deviation = symbol("Var_w"), symbol("sigma")
    steps.append(_variance(given, variance, squared, fans))
    steps.append(Step(deviation, sqrt(variance), "deviation", {"root_forgotten": variance}))
    answers = {"var": variance, "std": deviation, "bound": None}
    if uniform(given):
        answers["bound"] = bound = symbol("b")
        rivals = {
            "bound_is_deviation": sqrt(variance),
            "width_for_bound": sqrt(12 * variance),
            "bound_root_forgotten": 3 * variance,
        }
        steps.append(Step(bound, sqrt(3 * variance), "bound", rivals))
    return Derivation(steps, answers)


def _fan(given: Given, name: str, steps: list[Step]) -> Any:
    """The symbol of a fan, with a step of its own where it follows from the shape."""
    if given.weight_shape is None:
        return getattr(given, name)
    fan = symbol("N_in" if name == "fan_in" else "N_out")
    outputs, inputs, *kernel = given.weight_shape
    own, other = (inputs, outputs) if name == "fan_in" else (outputs, inputs)
    right, wrong = own, other
    for length in kernel:
        right, wrong = right * length, wrong * length
    rivals = {} if "xavier" in given.scheme and given.scheme != "xavier_fan_in" else {"other_fan": wrong}
    if kernel:
        rivals["kernel_left_out"] = own
    steps.append(Step(fan, right, name, rivals))
    return fan


def _squared_gain(given: Given, steps: list[Step]) -> Any:
    """g^2, with a step of its own where there is something to say about it."""
    if given.gain is not None:
        value = given.gain**2
    elif not given.scheme.startswith("he_") or given.nonlinearity in UNIT_GAIN:
        return Integer(1)
    elif given.nonlinearity == "leaky_relu" and given.a != 0:
        value = 2 / (1 + given.a**2)
    else:
        gains = {"relu": 2, "leaky_relu": 2, "tanh": Rational(25, 9), "selu": Rational(9, 16)}
        value = gains[given.nonlinearity]
    squared = symbol("g^2")
    rivals = {}
    if given.gain is not None:
        rivals["gain_not_squared"] = given.gain
    elif given.nonlinearity == "leaky_relu" and given.a != 0:
        rivals = {"slope_ignored": Integer(2), "slope_not_squared": 2 / (1 + given.a)}
    if given.gain is not None or given.nonlinearity != "relu":
        steps.append(Step(squared, value, "gain", rivals))
        return squared
    return Integer(2)


def _variance(given: Given, variance: Any, squared: Any, fans: dict[str, Any]) -> Step:
    one = squared == 1
    rivals = {}
    if len(fans) == 2:
        fan_in, fan_out = fans.values()
        formula = 2 / (fan_in + fan_out) if one else 2 * squared / (fan_in + fan_out)
        plain = 2 / (fan_in + fan_out)
        rivals["fan_in_alone"] = squared / fan_in
        rivals["fans_not_averaged"] = squared / (fan_in + fan_out)
    elif given.scheme == "torch_default":
        (fan,) = fans.values()
        formula, plain = 1 / (3 * fan), 1 / fan
        rivals = {"default_is_lecun": 1 / fan, "he_for_default": 2 / fan}
    else:
        (fan,) = fans.values()
        formula, plain = squared / fan, 1 / fan
        if one:
            rivals["he_for_xavier"] = 2 / fan
        if given.weight_shape is None and given.fan_in is not None and given.fan_out is not None:
            other = given.fan_out if fan == given.fan_in else given.fan_in
            rivals["other_fan"] = squared / other
            rivals["fans_averaged"] = 2 * squared / (given.fan_in + given.fan_out)
    if not one:
        rivals["gain_left_out"] = plain
    rivals["deviation_for_variance"] = sqrt(formula)
    return Step(variance, formula, _law(given), rivals)


def _law(given: Given) -> str:
    """The caption of the variance's step."""
    if given.scheme == "torch_default":
        return "default_variance"
    return "average_variance" if len(fans_used(given)) == 2 else "fan_variance"


def measure(given: Given) -> dict[str, float | None]:
    """Let torch initialise real weights, and read the scale off them.

    The same generator draws the weights and, afresh, standard numbers; their ratio is the scale
    that torch used. The variance of the uniform law is integrated numerically.
    """
    import numpy as np

    scale = _scale(given)
    if not uniform(given):
        return {"var": scale * scale, "std": scale, "bound": None}
    nodes, weights = np.polynomial.legendre.leggauss(5)
    variance = float(np.sum(weights * (scale * nodes) ** 2) / 2)
    return {"var": variance, "std": variance**0.5, "bound": scale}


def _scale(given: Given) -> float:
    """Standard deviation of torch's normal law, or bound of its uniform law."""
    import torch

    shape = given.weight_shape or (given.fan_out or 1, given.fan_in or 1)
    size = prod(shape)
    # torch draws normal numbers in blocks of 16: the first block is the same for every larger size
    count = 16 if size >= 32 else size
    fresh = torch.Generator().manual_seed(0)
    if uniform(given):
        standard = 2 * torch.rand(count, dtype=torch.float64, generator=fresh) - 1
    else:
        standard = torch.empty(count, dtype=torch.float64).normal_(generator=fresh)
    ratios = _initialised(given, shape).flatten()[:count] / standard
    if ratios.max() - ratios.min() > 1e-9 * ratios.max():
        raise ArithmeticError("torch no longer draws weights as multiples of its standard numbers")
    return float(ratios[0])


def _initialised(given: Given, shape: tuple[int, ...]) -> Any:
    import torch
    from torch.nn import init

    if given.scheme == "torch_default":
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            outputs, inputs, *kernel = shape
            if not kernel:
                return torch.nn.Linear(inputs, outputs, dtype=torch.float64).weight.detach()
            layers: list[Any] = [torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.Conv3d]
            layer = layers[len(kernel) - 1]
            return layer(inputs, outputs, tuple(kernel), dtype=torch.float64).weight.detach()
    weights = torch.empty(shape, dtype=torch.float64)
    generator = torch.Generator().manual_seed(0)
    gain = 1.0 if given.gain is None else float(given.gain)
    match given.scheme:
        case "xavier_normal":
            init.xavier_normal_(weights, gain=gain, generator=generator)
        case "xavier_uniform":
            init.xavier_uniform_(weights, gain=gain, generator=generator)
        case "xavier_fan_in" | "lecun_normal":
            init.kaiming_normal_(weights, nonlinearity="linear", generator=generator)
            weights *= gain
        case scheme:
            law = init.kaiming_normal_ if scheme == "he_normal" else init.kaiming_uniform_
            if given.gain is None:
                law(weights, a=float(given.a), mode=given.mode, nonlinearity=given.nonlinearity, generator=generator)
            else:
                law(weights, mode=given.mode, nonlinearity="linear", generator=generator)
                weights *= gain
    return weights


_CONV_SHAPE = Row(Range(6, 48), Range(3, 24), Among(3, 5, 7), Among(3, 5, 7))
_ANY_SHAPE = Row(Range(4, 64), Range(2, 32), Among(3, 5, 7), Among(3, 5, 7))
_SLOPES = Among(*(Fraction(tenth, 10) for tenth in (2, 3, 4, 5)))
_GAINS = Among(*(Fraction(tenth, 10) for tenth in (15, 18, 20, 25)))

FAMILY = Family(
    id="initialization/variance",
    version=1,
    given=GIVEN,
    levels={
        1: Level(
            Record(
                scheme=Among("xavier_fan_in", "xavier_normal", "he_normal", "lecun_normal"),
                fan_in=Range(20, 400),
                fan_out=Range(20, 400),
            )
        ),
        2: Level(
            Either(
                Record(scheme=Among("xavier_normal", "xavier_fan_in", "lecun_normal"), weight_shape=_CONV_SHAPE),
                Record(scheme=Among("he_normal"), weight_shape=_CONV_SHAPE, mode=Among("fan_in", "fan_out")),
            )
        ),
        3: Level(
            Either(
                Record(scheme=Among("torch_default"), weight_shape=_ANY_SHAPE),
                Record(
                    scheme=Among("xavier_uniform"),
                    weight_shape=_CONV_SHAPE,
                    gain=_GAINS,
                ),
                Record(
                    scheme=Among("he_uniform"),
                    weight_shape=_CONV_SHAPE,
                    mode=Among("fan_in", "fan_out"),
                    nonlinearity=Among("leaky_relu"),
                    a=_SLOPES,
                ),
            )
        ),
    },
    parts=(Part("var", Real()), Part("std", Real()), Part("bound", Real(), asked=uniform)),
    check=check,
    derive=derive,
    measure=measure,
    show=lambda given: {"gained": "no" if given.gain is None else "yes"},
    wording=lambda given: "fans" if given.weight_shape is None else "shape",
)
