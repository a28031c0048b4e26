"""The layers as torch's own, run one by one: what an oracle looks at.

Unless told otherwise they stand on torch's meta device, where tensors have shapes but no memory. The
channels that enter a layer are those of the tensor that reaches it.
"""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from question_bank.network.layers import CONVOLUTIONS, POOLS, Joined, Network, Single

_CLASSES = {
    "conv1d": "Conv1d",
    "conv2d": "Conv2d",
    "conv3d": "Conv3d",
    "conv_transpose2d": "ConvTranspose2d",
    "maxpool2d": "MaxPool2d",
    "avgpool2d": "AvgPool2d",
    "relu": "ReLU",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "dropout": "Dropout",
    "flatten": "Flatten",
    "identity": "Identity",
}


@dataclass(frozen=True, slots=True)
class Ran:
    """A layer, torch's module for it (none for branches), what went in and what came out for one sample."""

    layer: Single | Joined
    module: Any
    before: Any
    after: Any


def run(layers: Network, shape: tuple[int, ...], device: str = "meta") -> Iterator[Ran]:
    """Send a tensor through the network, layer by layer, in reading order; it takes no memory on "meta"."""
    import torch

    # on "meta" some layers make torch import its compiler, which makes a folder for a cache that nothing fills
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", tempfile.gettempdir())
    # two samples: of one alone torch's group norm wants more than a number in each group
    for layer, made, before, after in _run(layers, torch.zeros(2, *shape, device=device)):
        yield Ran(layer, made, before[0], after[0])


def _run(layers: Network, tensor: Any) -> Iterator[tuple[Single | Joined, Any, Any, Any]]:
    import torch

    for layer in layers:
        before = tensor
        if isinstance(layer, Single):
            made = module(layer, before.shape[1], before.device)
            tensor = made(before)
            yield layer, made, before, tensor
            continue
        ends = []
        for stack in layer.stacks:
            end = before
            for inner in _run(stack, before):
                yield inner
                end = inner[-1]
            ends.append(end)
        tensor = torch.cat(ends, 1) if layer.join == "concat" else torch.stack(ends).sum(0)
        yield layer, None, before, tensor


def module(layer: Single, entering: int, device: Any = "meta") -> Any:
    """The module of torch for a layer, in eval mode; `entering` are the channels or features that reach it."""
    from torch import nn

    given, kind = layer.given, layer.type
    made: Any
    if kind in CONVOLUTIONS:
        more = {"output_padding": given.output_padding} if kind == "conv_transpose2d" else {}
        made = getattr(nn, _CLASSES[kind])(
            entering, given.out_channels, given.kernel_size, stride=given.stride, padding=given.padding,
            dilation=given.dilation, groups=given.groups, bias=given.bias, device=device, **more,
        )  # fmt: skip
    elif kind in POOLS:
        made = getattr(nn, _CLASSES[kind])(
            given.kernel_size, stride=given.stride, padding=given.padding, ceil_mode=given.ceil_mode
        )
    elif kind == "global_avg_pool":
        made = nn.AdaptiveAvgPool2d(1)
    elif kind == "linear":
        made = nn.Linear(entering, given.out_features, bias=given.bias, device=device)
    elif kind == "batchnorm2d":
        made = nn.BatchNorm2d(entering, device=device)
    elif kind == "groupnorm":
        made = nn.GroupNorm(given.num_groups, entering, device=device)
    elif kind == "softmax":
        made = nn.Softmax(dim=1)
    else:
        made = getattr(nn, _CLASSES[kind])()
    return made.train(mode=False)


def learned(made: Any) -> int:
    """How many numbers a module learns."""
    return sum(parameter.numel() for parameter in made.parameters())
