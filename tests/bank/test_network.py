"""Typed layers: what is taken, what is refused, and that the walk goes where torch goes."""

import random
from typing import Any

import pytest

from question_bank.errors import Refused
from question_bank.network import Layers, check_network, run, walk
from question_bank.solve import solve
from question_bank.text import LANGUAGES

LAYERS = Layers()
CONV = {"type": "conv2d", "out_channels": 4, "kernel_size": 3}
POOL = {"type": "maxpool2d", "kernel_size": 2}
LINEAR = {"type": "linear", "out_features": 5}


def refused(layers: Any, shape: tuple[int, ...] | None = (3, 9, 8)) -> str:
    with pytest.raises(Refused) as refusal:
        check_network(LAYERS.read(layers, "layers"), shape)
    return refusal.value.message


def branches(*stacks: list[dict[str, Any]], join: str = "sum") -> dict[str, Any]:
    return {"type": "branches", "join": join, "branches": list(stacks)}


@pytest.mark.parametrize(
    ("layers", "says"),
    [
        ([], "layers: expected a list of layers, got []"),
        ({}, "layers: expected a list of layers, got {}"),
        ([3], "layers[0]: expected a layer such as {'type': 'relu'}, got 3"),
        ([{}], "layers[0]: missing key: type"),
        ([{"type": "conv4d"}], "layers[0].type: expected one of conv1d"),
        ([{"type": ["conv2d"]}], "layers[0].type: expected one of conv1d"),
        ([{"type": "relu"}, {"type": "relu", "p": 1}], "layers[1]: unknown key: p (known: type)"),
        ([CONV | {"kernel": 3}], "layers[0]: unknown key: kernel"),
        ([{"type": "conv2d", "out_channels": 4}], "layers[0]: missing key: kernel_size"),
        ([CONV | {"kernel_size": "3"}], "layers[0].kernel_size: expected an integer of at least 1"),
        ([CONV | {"padding": "same"}], "layers[0].padding: expected an integer of at least 0"),
        ([CONV | {"bias": 1}], "layers[0].bias: expected true or false, got 1"),
        ([CONV | {"kernel_size": [3, 3, 3]}], "layers[0].kernel_size: a list for conv2d has the length 2, got 3"),
        ([CONV | {"stride": [1]}], "layers[0].stride: a list for conv2d has the length 2, got 1"),
        ([CONV | {"in_channels": 2}], "layers[0].in_channels: 2 is stated, [3, 9, 8] reaches the layer"),
        ([CONV | {"groups": 2}], "layers[0].groups: 2 does not divide in_channels (3)"),
        ([CONV | {"groups": 3}], "layers[0].groups: 3 does not divide out_channels (4)"),
        ([CONV | {"kernel_size": 9}], "layers[0].kernel_size: the kernel (9) is larger than the padded input (8) on axis 1"),
        ([CONV | {"kernel_size": 5, "dilation": 2}], "layers[0].kernel_size: the kernel (9) is larger"),
        ([POOL | {"padding": 2}], "layers[0].padding: at most half the kernel (2), got 2"),
        ([CONV, POOL, POOL, POOL], "layers[3].kernel_size: the kernel (2) is larger than the padded input (1)"),
        ([LINEAR], "layers[0].type: linear takes a flat [F], [3, 9, 8] reaches it"),
        ([{"type": "flatten"}, CONV], "layers[1].type: conv2d takes [C, H, W], [216] reaches it"),
        ([{"type": "conv1d", "out_channels": 4, "kernel_size": 3}], "layers[0].type: conv1d takes [C, L], [3, 9, 8]"),
        ([{"type": "batchnorm2d", "num_features": 4}], "layers[0].num_features: 4 is stated, [3, 9, 8] reaches"),
        ([{"type": "groupnorm", "num_groups": 2}], "layers[0].num_groups: 2 does not divide num_channels (3)"),
        (
            [{"type": "conv_transpose2d", "out_channels": 4, "kernel_size": 2, "stride": 2, "output_padding": 2}],
            "layers[0].output_padding: below the stride or the dilation (2), got 2",
        ),
        (
            [{"type": "conv_transpose2d", "out_channels": 4, "kernel_size": 2, "padding": 5}],
            "layers[0].padding: 5 leaves nothing of the output on axis 0",
        ),
        ([branches([CONV], [])], "layers[0].branches: expected equal shapes, got [4, 7, 6], [3, 9, 8]"),
        ([branches([POOL], [], join="concat")], "layers[0].branches: expected shapes equal but for the channels"),
        ([branches([{"type": "flatten"}], [], join="concat")], "layers[0].branches: expected shapes equal but for"),
        ([branches([CONV | {"in_channels": 4}])], "layers[0].branches[0][0].in_channels: 4 is stated"),
        ([branches([], join="mean")], "layers[0].join: expected one of sum, concat"),
        ([{"type": "branches", "join": "sum"}], "layers[0]: missing key: branches"),
        ([branches() | {"axis": 1}], "layers[0]: unknown key: axis"),
        ([branches()], "layers[0].branches: expected a list of lists of layers"),
        ([{"type": "relu"}] * 1001, "layers: over 1000 layers are not taken"),
    ],
)  # fmt: skip
def test_what_disagrees_is_refused_by_name(layers: Any, says: str) -> None:
    assert says in refused(layers)


def test_without_an_input_each_layer_states_what_enters_it() -> None:
    assert "layers[1]: missing key: in_channels" in refused([{"type": "relu"}, CONV], None)
    check_network(LAYERS.read([CONV | {"in_channels": 3}, LINEAR | {"in_features": 7}], "layers"), None)


def test_no_two_layers_share_a_label() -> None:
    many = LAYERS.read([branches(*[[CONV] * (11 if number == 26 else 1) for number in range(270)])], "layers")
    labels = [str(symbol) for symbol in LAYERS.symbols(LAYERS.twin(many))]
    assert len(labels) == len(set(labels)) == 2 * 280


def any_layer(draw: random.Random, depth: int = 0) -> dict[str, Any]:
    """A layer that may or may not fit."""
    number = draw.randint
    kinds = ["conv", "conv", "transpose", "pool", "pool", "plain", "plain", "norm", "flat", "linear", "branches"]
    match draw.choice(kinds[: 10 + (depth < 2)]):
        case "conv":
            return {
                "type": "conv2d", "out_channels": 2 * number(1, 4), "kernel_size": [number(1, 4), number(1, 4)],
                "stride": number(1, 3), "padding": number(0, 2), "dilation": number(1, 2), "groups": number(1, 2),
                "bias": draw.random() < 0.5,
            }  # fmt: skip
        case "transpose":
            return {
                "type": "conv_transpose2d", "out_channels": 4, "kernel_size": number(1, 3), "stride": number(1, 3),
                "padding": number(0, 2), "output_padding": number(0, 1), "dilation": number(1, 2),
            }  # fmt: skip
        case "pool":
            kind = draw.choice(["maxpool2d", "avgpool2d"])
            layer = {"type": kind, "kernel_size": number(1, 4), "padding": number(0, 2), "ceil_mode": number(0, 1) == 1}
            return layer if draw.random() < 0.3 else layer | {"stride": [number(1, 4), number(1, 4)]}
        case "plain":
            kinds = ["relu", "tanh", "sigmoid", "softmax", "dropout", "identity", "global_avg_pool"]
            return {"type": draw.choice(kinds)}
        case "norm":
            return draw.choice([{"type": "batchnorm2d"}, {"type": "groupnorm", "num_groups": number(1, 2)}])
        case "branches":
            same = {"type": "conv2d", "out_channels": 4, "kernel_size": 3, "padding": 1}
            stacks = [[same, {"type": "relu"}], [any_layer(draw, depth + 1)], [same], []][: number(1, 4)]
            return branches(*draw.sample(stacks, len(stacks)), join=draw.choice(["sum", "concat"]))
        case "linear":
            return LINEAR
    return {"type": "flatten"}


def torch_runs(layers: Any, shape: tuple[int, ...]) -> list[tuple[int, ...]] | None:
    """The shapes that torch gives; None where it refuses the network."""
    try:
        return [tuple(ran.after.shape) for ran in run(layers, shape, "cpu")]
    except (RuntimeError, ValueError, IndexError):
        return None


def test_the_walk_goes_where_torch_goes_and_refuses_what_torch_refuses() -> None:
    draw = random.Random(5)
    taken = refusals = 0
    for _ in range(800):
        shape = (draw.choice([2, 3, 4]), draw.randint(4, 14), draw.randint(4, 14))
        layers = LAYERS.read([any_layer(draw) for _ in range(draw.randint(1, 5))], "layers")
        try:
            check_network(layers, shape)
            sizes = [passed.after for passed in walk(layers, shape)]
        except Refused as refusal:
            refusals += 1
            # torch also broadcasts in a sum, takes other axes, and gives empty maps
            stricter = ("expected equal shapes", "linear takes", "takes [C, H, W]", "leaves nothing")
            assert torch_runs(layers, shape) is None or any(words in refusal.message for words in stricter)
            continue
        taken += 1
        assert torch_runs(layers, shape) == sizes
    assert min(taken, refusals) > 100


@pytest.mark.parametrize("family", ["parameter_count", "relu_count", "fc_equivalent"])
def test_any_network_is_counted_as_torch_counts_it(family: str) -> None:
    from question_bank import registry

    draw = random.Random(family)
    bank = registry.get(f"architecture/{family}")
    counted = 0
    for _ in range(150):
        shape = [draw.choice([2, 4]), draw.randint(6, 14), draw.randint(6, 14)]
        try:
            solved = bank.solve({"input": shape, "layers": [any_layer(draw) for _ in range(draw.randint(1, 6))]})
        except Refused:
            continue
        counted += 1
        assert dict(bank.measure(solved.given)) == dict(solved.answers)
    assert counted > 20


def test_other_axes_are_counted_too() -> None:
    three = [{"type": "conv3d", "out_channels": 4, "kernel_size": 3, "padding": [1, 0, 1]}, {"type": "relu"}]
    assert solve("architecture/relu_count", {"input": [2, 5, 6, 7], "layers": three})["answers"] == {"count": 560}
    one = [{"type": "conv1d", "out_channels": 3, "kernel_size": [4], "stride": 2}, {"type": "flatten"}, LINEAR]
    answers = solve("architecture/parameter_count", {"input": [2, 17], "layers": one})["answers"]
    assert answers == {"total": 27 + 110, "per_layer": [27, 110]}
    flat = solve("architecture/parameter_count", {"input": [12], "layers": [LINEAR, {"type": "relu"}]})["answers"]
    assert flat == {"total": 65, "per_layer": [65]}


def test_the_tutorial_is_answered() -> None:
    """Exercise 10.1 b, c and e, and LeNet-5."""
    layers = [
        {"type": "conv2d", "out_channels": 3, "kernel_size": 4, "bias": False}, {"type": "relu"}, POOL,
        {"type": "flatten"}, {"type": "linear", "out_features": 4, "bias": False}, {"type": "relu"},
    ]  # fmt: skip
    given = {"input": [1, 13, 13], "layers": layers}
    assert solve("architecture/parameter_count", given)["answers"] == {"total": 348, "per_layer": [48, 300]}
    assert solve("architecture/relu_count", given)["answers"] == {"count": 304}
    assert solve("architecture/fc_equivalent", given)["answers"] == {"count": 51_000}
    lenet = [
        {"type": "conv2d", "out_channels": 6, "kernel_size": 5}, {"type": "relu"}, POOL,
        {"type": "conv2d", "out_channels": 16, "kernel_size": 5}, {"type": "relu"}, POOL,
        {"type": "conv2d", "out_channels": 120, "kernel_size": 5}, {"type": "relu"}, {"type": "flatten"},
        {"type": "linear", "out_features": 84}, {"type": "relu"}, {"type": "linear", "out_features": 10},
    ]  # fmt: skip
    given = {"input": [1, 32, 32], "layers": lenet}
    assert solve("architecture/parameter_count", given)["answers"]["total"] == 61_706
    assert solve("architecture/relu_count", given)["answers"] == {"count": 6_508}


def test_networks_without_parameters_or_relus_have_none() -> None:
    given = {"input": [3, 4, 4], "layers": [{"type": "tanh"}]}
    assert solve("architecture/parameter_count", given)["answers"] == {"total": 0, "per_layer": []}
    assert solve("architecture/relu_count", given)["answers"] == {"count": 0}
    assert solve("architecture/fc_equivalent", given)["answers"] == {"count": 0}


def test_huge_and_long_networks_are_answered() -> None:
    wide = {"input": [3, 10**9, 10**9], "layers": [CONV, {"type": "relu"}]}
    assert solve("architecture/relu_count", wide)["answers"] == {"count": 4 * (10**9 - 2) ** 2}
    long = {"input": [4, 40, 40], "layers": [CONV | {"padding": 1}, {"type": "relu"}] * 500}
    assert solve("architecture/parameter_count", long)["answers"]["total"] == 500 * 148
    assert solve("architecture/relu_count", long)["answers"]["count"] == 500 * 6400


def test_a_table_has_a_row_for_each_layer_in_every_language() -> None:
    inside = CONV | {"dilation": 2, "padding": 2}
    layers = LAYERS.read([CONV, POOL, branches([inside, {"type": "relu"}], [], join="concat"), LINEAR], "layers")
    tables = {language: LAYERS.latex(layers, language).splitlines() for language in LANGUAGES}
    assert all(len(table) == 2 + 6 for table in tables.values())
    assert len({line.count("|") for table in tables.values() for line in table}) == 1
    assert tables["en"][2:] == [
        "| 1 | convolution | $4$ | $3$ | $1$ | $0$ | $1$ | yes |",
        "| 2 | max pooling | – | $2$ | $2$ | $0$ | – | – |",
        "| 3 | branches, channels joined | – | – | – | – | – | – |",
        "| 3a1 | convolution | $4$ | $3$ | $1$ | $2$ | $2$ | yes |",
        "| 3a2 | ReLU | – | – | – | – | – | – |",
        "| 4 | fully connected | $5$ | – | – | – | – | yes |",
    ]
