"""ReLUs of a network: one for each number that a ReLU layer is applied to, C H W behind a convolution.

Other activations are not counted; nor is a ReLU that the network does not have, behind the output.

Source: tutorial 10, exercise 10.1 b: 3 * 10 * 10 + 4 = 304.
"""

from functools import reduce
from operator import mul
from typing import Any

from question_bank.answers import Integer
from question_bank.family import Derivation, Family, Given, Level, Part, Schema, Sizes, Step, symbol
from question_bank.figures.blocks import Blocks
from question_bank.network import (
    Layers,
    Passed,
    Single,
    as_step,
    check_network,
    drawn,
    narrowest,
    needed,
    pooled,
    run,
    sum_of,
    walk,
)
from question_bank.space import Among, Range, Record, Row

GIVEN = Schema(
    input=Sizes(("F_0",), ("C_0", "L_0"), ("C_0", "H_0", "W_0"), ("C_0", "T_0", "H_0", "W_0")),
    layers=Layers(),
)


def check(given: Given) -> None:
    check_network(given.layers, given.input)


def derive(given: Given) -> Derivation:
    steps: list[Step] = []
    way = list(walk(given.layers, given.input, as_step(steps)))
    counts: list[Any] = []
    for place, passed in enumerate(way):
        if isinstance(passed.layer, Single) and passed.layer.type == "relu" and passed.after:
            counts.append(symbol(f"A_{passed.layer.label}"))
            rivals = _rivals(passed.after, pooled(way, place))
            steps.append(Step(counts[-1], reduce(mul, passed.after), "layer", rivals, {"layer": passed.layer.label}))
    count, every = symbol("A_total"), sum_of(counts)
    steps.append(Step(count, every, "total", _more(way, every)))
    return Derivation(needed(steps, [count]), {"count": count})


def _rivals(shape: tuple[Any, ...], behind_pool: tuple[Any, ...] | None) -> dict[str, Any]:
    """What students count in one ReLU layer instead."""
    if len(shape) == 1:
        return {"units_forgotten": 0 * shape[0]}
    rivals = {"one_map": reduce(mul, shape[1:]), "one_per_channel": shape[0]}
    if behind_pool:
        rivals["after_pooling"] = reduce(mul, behind_pool)
    return rivals


def _more(way: list[Passed], every: Any) -> dict[str, Any]:
    """A ReLU that is not there: behind the output layer."""
    last = way[-1]
    if isinstance(last.layer, Single) and last.layer.type == "linear":
        return {"output_counted": every + last.layer.given.out_features}
    return {}


def measure(given: Given) -> dict[str, int]:
    """Run torch's layers and count the numbers that come out of each ReLU."""
    ran = run(given.layers, given.input)
    return {
        "count": sum(one.after.numel() for one in ran if isinstance(one.layer, Single) and one.layer.type == "relu")
    }


_IMAGE = Row(Among(1, 3), Range(14, 36), Range(14, 36))
_RELU, _FLATTEN = drawn("relu"), drawn("flatten")


def _ends_in_maps(given: Given) -> bool:
    """What is flattened is a map still: at least 2 on each axis."""
    return narrowest(given.layers, given.input) >= 2


FAMILY = Family(
    id="architecture/relu_count",
    version=2,
    given=GIVEN,
    levels={
        1: Level(
            Record(
                input=_IMAGE,
                layers=Row(
                    drawn("conv2d", out_channels=Range(3, 16), kernel_size=Among(3, 4, 5)),
                    _RELU,
                    drawn("maxpool2d", kernel_size=Range(2, 3), stride=Among(2)),
                    _FLATTEN,
                    drawn("linear", out_features=Range(12, 60)),
                    _RELU,
                    drawn("linear", out_features=Range(3, 10)),
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
                    drawn("conv2d", out_channels=Range(100, 256), kernel_size=Range(3, 5), padding=Range(1, 2)),
                    drawn("batchnorm2d"),
                    _RELU,
                    drawn("maxpool2d", kernel_size=Among(3), stride=Among(2), padding=Among(1)),
                    drawn(
                        "conv2d",
                        out_channels=Range(24, 128),
                        kernel_size=Among(3, 5),
                        stride=Range(2, 3),
                        padding=Range(1, 2),
                    ),
                    drawn("batchnorm2d"),
                    _RELU,
                    drawn("conv2d", out_channels=Range(32, 192), kernel_size=Range(2, 3)),
                    drawn("tanh"),
                    _FLATTEN,
                    drawn("linear", out_features=Range(100, 400)),
                    _RELU,
                    drawn("linear", out_features=Range(3, 12)),
                ),
            ),
            _ends_in_maps,
        ),
    },
    parts=(Part("count", Integer()),),
    check=check,
    derive=derive,
    measure=measure,
    figures=lambda given: (Blocks(given.layers, given.input),),
)
