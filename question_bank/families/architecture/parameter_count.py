"""Learned parameters of a network, layer by layer and in all.

A convolution has C_out (C_in / G * prod(K) + 1) of them, a fully connected layer F_in F_out + F_out,
without the 1 and the + F_out where there are no biases; a batch or group norm has two for each channel.
What enters the first fully connected layer follows from the sizes of the maps before it.

Without an input each layer states the channels or features that enter it.

Source: tutorial 10, exercise 10.1 c and LeNet-5 (part 2.4); the Hebrew page takes the length of the
flattened maps for the parameters of the layer behind them.
"""

from typing import Any

from question_bank.answers import Counts, Integer
from question_bank.family import Derivation, Family, Given, Level, Part, Schema, Sizes, Step, symbol
from question_bank.figures.blocks import Blocks
from question_bank.network import (
    Layers,
    as_step,
    check_network,
    drawn,
    learned,
    module,
    narrowest,
    needed,
    parameters,
    run,
    singles,
    sum_of,
    walk,
)
from question_bank.space import Among, Range, Record, Row

GIVEN = Schema(
    input=Sizes(("F_0",), ("C_0", "L_0"), ("C_0", "H_0", "W_0"), ("C_0", "T_0", "H_0", "W_0"), default=None),
    layers=Layers(),
)


def check(given: Given) -> None:
    check_network(given.layers, given.input)


def derive(given: Given) -> Derivation:
    steps: list[Step] = []
    counts: list[Any] = []
    for passed in walk(given.layers, given.input, as_step(steps)):
        count = parameters(passed)
        if count:
            counts.append(symbol(f"N_{passed.layer.label}"))
            formula, rivals = count
            steps.append(Step(counts[-1], formula, "layer", rivals, {"layer": passed.layer.label}))
    total = symbol("N_total")
    steps.append(Step(total, sum_of(counts), "total"))
    return Derivation(needed(steps, [total, *counts]), {"per_layer": counts, "total": total})


def measure(given: Given) -> dict[str, Any]:
    """Make torch's layers, one after the other, and count the numbers in their parameters."""
    if given.input is None:
        modules = [module(layer, layer.enters[1] or 1) for layer in singles(given.layers)]
    else:
        modules = [ran.module for ran in run(given.layers, given.input) if ran.module is not None]
    counts = [learned(made) for made in modules if any(True for _ in made.parameters())]
    return {"total": sum(counts), "per_layer": counts}


def _ends_in_maps(given: Given) -> bool:
    """What is flattened is a map still: at least 2 on each axis."""
    return narrowest(given.layers, given.input) >= 2


def _has_several(given: Given) -> bool:
    """At least two layers have parameters."""
    return sum(bool(layer.enters[0]) for layer in singles(given.layers)) > 1


_IMAGE = Row(Among(1, 3), Range(14, 36), Range(14, 36))
_RELU, _FLATTEN = drawn("relu"), drawn("flatten")
_BIAS = Among(True, False)

FAMILY = Family(
    id="architecture/parameter_count",
    version=2,
    given=GIVEN,
    levels={
        1: Level(
            Record(
                input=_IMAGE,
                layers=Row(
                    drawn("conv2d", out_channels=Range(3, 16), kernel_size=Among(3, 4, 5), bias=_BIAS),
                    _RELU,
                    drawn("maxpool2d", kernel_size=Range(2, 3), stride=Among(2)),
                    _FLATTEN,
                    drawn("linear", out_features=Range(3, 12), bias=_BIAS),
                ),
            ),
            _ends_in_maps,
        ),
        2: Level(
            Record(
                input=_IMAGE,
                layers=Row(
                    drawn("conv2d", out_channels=Range(4, 12), kernel_size=Among(3, 5), padding=Range(1, 2)),
                    _RELU,
                    drawn("maxpool2d", kernel_size=Among(2), stride=Among(2)),
                    drawn("conv2d", out_channels=Range(8, 24), kernel_size=Among(3, 5)),
                    _RELU,
                    drawn("avgpool2d", kernel_size=Among(2), stride=Among(2)),
                    _FLATTEN,
                    drawn("linear", out_features=Range(20, 90)),
                    _RELU,
                    drawn("linear", out_features=Range(3, 12)),
                ),
            ),
            _ends_in_maps,
        ),
        3: Level(
            Record(
                input=_IMAGE,
                layers=Row(
                    drawn(
                        "conv2d",
                        out_channels=Range(12, 36, step=12),
                        kernel_size=Among(3, 5),
                        padding=Range(1, 2),
                        bias=Among(False),
                    ),
                    drawn("batchnorm2d"),
                    _RELU,
                    drawn("maxpool2d", kernel_size=Among(3), stride=Among(2)),
                    drawn(
                        "conv2d",
                        out_channels=Range(12, 48, step=12),
                        kernel_size=Among(3, 5),
                        padding=Range(1, 2),
                        groups=Among(2, 3, 4, 6),
                    ),
                    _RELU,
                    drawn("conv2d", out_channels=Range(8, 32), kernel_size=Range(2, 4), stride=Range(2, 3)),
                    _RELU,
                    _FLATTEN,
                    drawn("linear", out_features=Range(5, 20)),
                ),
            ),
            _ends_in_maps,
        ),
    },
    parts=(Part("per_layer", Counts(), asked=_has_several), Part("total", Integer())),
    check=check,
    derive=derive,
    measure=measure,
    figures=lambda given: (Blocks(given.layers, given.input),),
    wording=lambda given: "normed" if any(layer.type == "batchnorm2d" for layer in singles(given.layers)) else "plain",
)
