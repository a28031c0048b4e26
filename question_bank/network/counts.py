"""The learned parameters of a layer, as a formula, with what students write instead."""

from functools import reduce
from operator import mul
from typing import Any

from question_bank.network.layers import AXES_OF, CONVOLUTIONS, Joined, Single
from question_bank.network.walk import Passed

Count = tuple[Any, dict[str, Any]]


def parameters(passed: Passed) -> Count | None:
    """The formula of a layer's parameters and its rivals; None where the layer learns nothing."""
    layer = passed.layer
    if isinstance(layer, Joined) or not layer.enters[0]:
        return None
    entering = layer.enters[1]
    if entering is None and passed.before is not None:
        entering = passed.before[0]
    if layer.type in CONVOLUTIONS:
        return _convolution(layer, entering)
    if layer.type == "linear":
        return _linear(layer, entering)
    return 2 * entering, {"running_counted": 4 * entering, "norm_forgotten": 0 * entering}


def area(layer: Single) -> Any:
    """The product of the kernel sizes over the axes."""
    kernel, axes = layer.given.kernel_size, AXES_OF[layer.type]
    if isinstance(kernel, tuple):
        return reduce(mul, kernel)
    return kernel if axes == 1 else kernel**axes


def _convolution(layer: Single, entering: Any) -> Count:
    given, window = layer.given, area(layer)
    filters = given.out_channels
    seen = entering if given.groups == 1 else entering / given.groups
    weights = seen * window
    if given.bias:
        rivals = {
            "channels_forgotten": filters * (window + 1),
            "bias_forgotten": filters * weights,
            "one_bias": filters * weights + 1,
        }
    else:
        rivals = {"channels_forgotten": filters * window, "bias_added": filters * (weights + 1)}
    if given.groups != 1:
        dense = entering * window
        rivals["groups_ignored"] = filters * (dense + 1) if given.bias else filters * dense
    return filters * (weights + 1) if given.bias else filters * weights, rivals


def _linear(layer: Single, entering: Any) -> Count:
    units = layer.given.out_features
    weights = entering * units
    if not layer.given.bias:
        return weights, {"inputs_for_weights": entering, "bias_added": weights + units}
    rivals = {"inputs_for_weights": entering, "bias_forgotten": weights, "one_bias": weights + 1}
    return weights + units, rivals
