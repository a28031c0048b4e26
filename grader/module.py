"""An nn.Module of a submission, as a hidden test sees it: asked by name where it lives, tensors in and out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.worker import modules

if TYPE_CHECKING:
    import numpy as np
    import torch


@dataclass(frozen=True, slots=True)
class Gradients:
    """Of the inner product of an output with what flows into it from above.

    Args:
        output: of the forward pass.
        inputs: the gradient of each input; None for one of integers, and where nothing flows.
        parameters: the gradient of each parameter that asks for one, by name; None where nothing flows.
    """

    output: "torch.Tensor"
    inputs: "tuple[torch.Tensor | None, ...]"
    parameters: "Mapping[str, torch.Tensor | None]"


class Module:
    """A module of the submission.

    Whatever the submission does there, what comes back is checked to be of the kind that is asked for. An
    AssertionError says that it is not; an exception of its own arrives as one here.

    Args:
        caller: calls by name, where the submission runs.
        number: of the module there.
    """

    def __init__(self, caller: Callable[[str, Sequence[Any], Mapping[str, Any]], Any], number: int) -> None:
        self._caller = caller
        self._number = number

    def __repr__(self) -> str:
        return f"module {self._number}"

    def __call__(self, *args: Any) -> "torch.Tensor":
        """The output of a forward pass; `call("forward", x)` keeps the arguments as they stood after it too."""
        return _tensor(self._ask("forward", *args), "the output")

    def call(self, operation: str, *args: Any, **kwargs: Any) -> Any:
        """Ask for an operation of `grader.worker.modules.OPERATIONS`: the whole `grader.proxy.Reply`."""
        return self._caller(modules.name(self._number, operation), args, kwargs)

    def parameters(self) -> "dict[str, torch.Tensor]":
        """The parameters, by name."""
        return _tensors(self._ask("parameters"), "the parameters")

    def state_dict(self) -> "dict[str, torch.Tensor]":
        """Parameters and buffers, by name."""
        return _tensors(self._ask("state_dict"), "the state_dict")

    def load_state_dict(self, tensors: "Mapping[str, torch.Tensor]") -> None:
        """Put parameters and buffers in place; all of them, by name."""
        self._ask("load_state_dict", dict(tensors))

    def train(self, mode: bool = True) -> None:  # noqa: FBT001, FBT002  # as torch has it
        """Switch to training, or with False to evaluation."""
        self._ask("mode", mode)

    def eval(self) -> None:
        """Switch to evaluation."""
        self.train(False)

    def double(self) -> None:
        """Make its parameters and buffers float64."""
        self._ask("double")

    def vjp(self, args: Sequence[Any], upstream: "torch.Tensor") -> Gradients:
        """Forward and backward.

        Args:
            args: the inputs.
            upstream: the gradient of some loss by the output, of the output's shape.
        """
        match self._ask("vjp", list(args), upstream):
            case {"output": output, "inputs": list(inputs), "parameters": dict(named)} if len(inputs) == len(args):
                return Gradients(
                    _tensor(output, "the output"),
                    tuple(None if value is None else _tensor(value, "a gradient") for value in inputs),
                    {key: None if value is None else _tensor(value, key) for key, value in named.items()},
                )
        raise AssertionError("no gradients came back")

    def shapes(self, *args: Any) -> list[tuple[str, str, tuple[int, ...] | None]]:
        """Name, class and output shape of each part without parts, in the order of their calls."""
        seen = self._ask("shapes", *args)
        try:
            return [(str(name), str(kind), None if shape is None else tuple(shape)) for name, kind, shape in seen]
        except (TypeError, ValueError):
            raise AssertionError("no shapes came back") from None

    def fit(
        self, images: "torch.Tensor", labels: "torch.Tensor", *, epochs: int = 3, batch: int = 16, rate: float = 0.003,
        seed: int = 0,
    ) -> list[float]:  # fmt: skip
        """Train it by Adam on the mean cross-entropy.

        Args:
            images: (N, C, H, W).
            labels: (N,), integers.
            epochs: times that all images are seen.
            batch: images a step.
            rate: of learning, at the first step; it falls to zero along a line.
            seed: of the order of the images.

        Returns:
            The mean loss of each epoch, as the submission's process says.
        """
        told = self._ask("fit", images, labels, epochs=epochs, batch=batch, rate=rate, seed=seed)
        if type(told) is not list or not all(type(loss) is float for loss in told):
            raise AssertionError("no losses came back")
        return told

    def _ask(self, operation: str, *args: Any, **kwargs: Any) -> Any:
        return self.call(operation, *args, **kwargs).value


def check_grad(
    net: Module, x: "torch.Tensor", rng: "np.random.Generator", *, step: float = 1e-7, rtol: float = 1e-4
) -> None:
    """Hold the gradients of a module against central differences of its own forward pass, in float64.

    Along one random direction for the input and one for each parameter. The module stays float64.

    Args:
        net: to check.
        x: where; kinks (of ReLU, of max pooling) within `step` of it show as errors.
        rng: draws the directions.
        step: of the differences.
        rtol: allowed, of the larger of the two numbers.

    Raises:
        AssertionError: they differ, or a gradient is missing.
    """
    import torch

    def draw(like: "torch.Tensor") -> "torch.Tensor":
        return torch.from_numpy(rng.normal(size=tuple(like.shape)))

    net.double()
    x = x.detach().double()
    state = net.state_dict()
    upstream = draw(net(x))
    found = net.vjp([x], upstream)

    def loss(at: "torch.Tensor", tensors: "Mapping[str, torch.Tensor]") -> float:
        net.load_state_dict(tensors)
        return float((net(at).detach() * upstream).sum())

    try:
        for name, gradient in {"the input": found.inputs[0], **found.parameters}.items():
            if gradient is None:
                raise AssertionError(f"{name}: no gradient")
            way = draw(gradient)
            if gradient is found.inputs[0]:
                up, down = loss(x + step * way, state), loss(x - step * way, state)
            else:
                up, down = (loss(x, {**state, name: state[name] + sign * step * way}) for sign in (1, -1))
            numeric, analytic = (up - down) / (2 * step), float((gradient * way).sum())
            if not abs(numeric - analytic) <= rtol * max(abs(numeric), abs(analytic), step):
                raise AssertionError(f"{name}: along a random direction {analytic:.6g}, by differences {numeric:.6g}")
    finally:
        net.load_state_dict(state)


def _tensor(value: Any, what: str) -> "torch.Tensor":
    import torch

    if not isinstance(value, torch.Tensor):
        raise AssertionError(f"{what}: expected a tensor, got {type(value).__name__}")  # noqa: TRY004
    return value.detach()


def _tensors(value: Any, what: str) -> "dict[str, torch.Tensor]":
    import torch

    if type(value) is not dict or not all(isinstance(each, torch.Tensor) for each in value.values()):
        raise AssertionError(f"{what}: expected tensors by name")
    return value
