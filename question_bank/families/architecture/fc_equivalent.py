"""Parameters of the fully connected network with the same sizes: each convolution becomes a dense layer.

The dense layer takes every number of the convolution's input to every number of its output, n_in n_out
weights, with a bias for each output where the convolution has biases. A transposed convolution is
replaced in the same way; all other layers stay and keep their parameters.

Source: tutorial 10, exercise 10.1 e: 169 * 300 + 75 * 4 = 51,000.
"""

from functools import reduce
from operator import mul
from typing import Any

from question_bank.answers import Integer
from question_bank.family import Derivation, Family, Given, Level, Part, Schema, Sizes, Step, on_axis, symbol
from question_bank.figures.blocks import Blocks
from question_bank.network import (
    CONVOLUTIONS,
    Layers,
    Shape,
    Single,
    as_step,
    check_network,
    drawn,
    learned,
    narrowest,
    needed,
    padded,
    parameters,
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
        count = parameters(passed)
        if count is None:
            continue
        layer, (formula, rivals) = passed.layer, count
        about = {"layer": layer.label}
        text = "kept"
        if isinstance(layer, Single) and layer.type in CONVOLUTIONS and passed.before and passed.after:
            inputs = symbol(f"n_in_{layer.label}")
            steps.append(Step(inputs, reduce(mul, passed.before), "inputs", _more_inputs(layer, passed.before), about))
            outputs = symbol(f"n_out_{layer.label}")
            fewer = _fewer_outputs(passed.after, pooled(way, place))
            steps.append(Step(outputs, reduce(mul, passed.after), "outputs", fewer, about))
            formula, rivals = _dense(layer, inputs, outputs, formula)
            text = "dense"
        counts.append(symbol(f"N_{layer.label}"))
        steps.append(Step(counts[-1], formula, text, rivals, about))
    count = symbol("N_total")
    steps.append(Step(count, sum_of(counts), "total"))
    return Derivation(needed(steps, [count]), {"count": count})


def _dense(layer: Single, inputs: Any, outputs: Any, own: Any) -> tuple[Any, dict[str, Any]]:
    """The parameters of the dense layer in a convolution's place, and what students write instead."""
    weights = inputs * outputs
    if not layer.given.bias:
        return weights, {"weights_shared": own, "bias_added": weights + outputs}
    wrong = {"weights_shared": own, "bias_per_channel": weights + layer.given.out_channels, "bias_forgotten": weights}
    return weights + outputs, wrong


def _more_inputs(layer: Single, shape: Shape) -> dict[str, Any]:
    if layer.given.padding == 0:
        return {}
    lengths = [padded(length, on_axis(layer.given.padding, axis)) for axis, length in enumerate(shape[1:])]
    return {"padding_counted": reduce(mul, lengths, shape[0])}


def _fewer_outputs(shape: Shape, behind_pool: Shape | None) -> dict[str, Any]:
    rivals = {"one_map": reduce(mul, shape[1:])}
    return rivals | {"after_pooling": reduce(mul, behind_pool)} if behind_pool else rivals


def measure(given: Given) -> dict[str, int]:
    """Run torch's layers; for each convolution make a dense layer from what went in to what came out."""
    import torch

    count = 0
    for ran in run(given.layers, given.input):
        made = ran.module
        if isinstance(ran.layer, Single) and ran.layer.type in CONVOLUTIONS:
            made = torch.nn.Linear(ran.before.numel(), ran.after.numel(), bias=made.bias is not None, device="meta")
        if made is not None:
            count += learned(made)
    return {"count": count}


_IMAGE = Row(Among(1, 2, 3), Range(9, 18), Range(9, 18))
_RELU, _FLATTEN = drawn("relu"), drawn("flatten")
_BIAS = Among(True, False)


def _ends_in_maps(given: Given) -> bool:
    """What is flattened is a map still: at least 2 on each axis."""
    return narrowest(given.layers, given.input) >= 2


FAMILY = Family(
    id="architecture/fc_equivalent",
    version=1,
    given=GIVEN,
    levels={
        1: Level(
            Record(
                input=_IMAGE,
                layers=Row(
                    drawn("conv2d", out_channels=Range(2, 8), kernel_size=Range(2, 5), bias=_BIAS),
                    _RELU,
                    drawn("maxpool2d", kernel_size=Range(2, 3), stride=Among(2)),
                    _FLATTEN,
                    drawn("linear", out_features=Range(3, 9), bias=_BIAS),
                ),
            ),
            _ends_in_maps,
        ),
        2: Level(
            Record(
                input=_IMAGE,
                layers=Row(
                    drawn("conv2d", out_channels=Range(2, 6), kernel_size=Among(3, 5), padding=Range(1, 2), bias=_BIAS),
                    _RELU,
                    drawn("maxpool2d", kernel_size=Among(2), stride=Among(2)),
                    drawn("conv2d", out_channels=Range(3, 9), kernel_size=Range(2, 4), bias=_BIAS),
                    _RELU,
                    _FLATTEN,
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
                        out_channels=Range(4, 12, step=4),
                        kernel_size=Among(3, 5),
                        padding=Range(1, 2),
                        bias=Among(False),
                    ),
                    drawn("batchnorm2d"),
                    _RELU,
                    drawn(
                        "conv2d",
                        out_channels=Range(4, 16, step=4),
                        kernel_size=Among(3, 5),
                        stride=Range(2, 3),
                        padding=Range(1, 2),
                        groups=Among(2, 4),
                    ),
                    _RELU,
                    drawn("avgpool2d", kernel_size=Among(2), stride=Among(2)),
                    _FLATTEN,
                    drawn("linear", out_features=Range(5, 20)),
                    _RELU,
                    drawn("linear", out_features=Range(3, 10)),
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
    wording=lambda given: "normed" if any(layer.type == "batchnorm2d" for layer in given.layers) else "plain",
)
