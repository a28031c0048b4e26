"""What may be asked of an nn.Module, with tensors in and tensors out.

The modules that a submission makes stay where it runs; a grader knows them by number, and asks by calling
`module <number> <operation>`. Authors' tests in their own process use the same operations.
"""

import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

MOST = 100
_PREFIX = "module "


@dataclass(frozen=True, slots=True)
class Handle:
    """An nn.Module that stays where it was made, by its number there."""

    number: int


class Modules:
    """The modules that a submission has made so far."""

    def __init__(self) -> None:
        self._kept: dict[int, torch.nn.Module] = {}

    def keep(self, module: "torch.nn.Module") -> int:
        """Keep a module, and give its number.

        Raises:
            RuntimeError: there are too many.
        """
        for number, other in self._kept.items():
            if other is module:
                return number
        if len(self._kept) >= MOST:
            raise RuntimeError(f"more than {MOST} modules were made")
        number = len(self._kept)
        self._kept[number] = module
        return number

    def asked(self, name: str) -> Callable[..., Any] | None:
        """The operation that a name asks for; None for any other name.

        Raises:
            LookupError: there is no such module or operation.
        """
        if not name.startswith(_PREFIX):
            return None
        number, _, what = name.removeprefix(_PREFIX).partition(" ")
        module, operation = self._kept[int(number)], OPERATIONS[what]
        return lambda *args, **kwargs: operation(module, *args, **kwargs)


def is_module(value: Any) -> bool:
    """Whether a value is an nn.Module; torch is not imported for that."""
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.nn.Module)


def name(number: int, operation: str) -> str:
    """The name by which a grader calls an operation.

    >>> name(0, "forward")
    'module 0 forward'
    """
    return f"{_PREFIX}{number} {operation}"


def _forward(module: "torch.nn.Module", *args: Any) -> Any:
    return module(*args)


def _state_dict(module: "torch.nn.Module") -> dict[str, Any]:
    return {name: value.detach() for name, value in module.state_dict().items()}


def _load_state_dict(module: "torch.nn.Module", tensors: Mapping[str, Any]) -> None:
    module.load_state_dict(dict(tensors))


def _parameters(module: "torch.nn.Module") -> dict[str, Any]:
    return dict(module.named_parameters())


def _mode(module: "torch.nn.Module", train: bool) -> None:  # noqa: FBT001  # as torch has it
    module.train(train)


def _double(module: "torch.nn.Module") -> None:
    module.double()


def _vjp(module: "torch.nn.Module", args: Sequence[Any], upstream: Any) -> dict[str, Any]:
    """Output and gradients of <output, upstream>; None where nothing flows."""
    import torch

    inputs = [value.detach().clone().requires_grad_() if value.is_floating_point() else value for value in args]
    named = [(key, value) for key, value in module.named_parameters() if value.requires_grad]
    output = module(*inputs)
    if not isinstance(output, torch.Tensor):
        raise TypeError(f"the module gave {type(output).__name__}, expected a tensor")
    wanted = [value for value in inputs if value.requires_grad] + [value for _, value in named]
    found = iter(torch.autograd.grad(output, wanted, upstream, allow_unused=True) if output.requires_grad else ())
    return {
        "output": output,
        "inputs": [next(found, None) if value.requires_grad else None for value in inputs],
        "parameters": {key: next(found, None) for key, _ in named},
    }


def _shapes(module: "torch.nn.Module", *args: Any) -> list[list[Any]]:
    """Name, class and shape of the output of each module without children, in the order in which they are called."""
    import torch

    seen: list[list[Any]] = []

    def hook(name: str, kind: str) -> Callable[..., None]:
        def note(_module: Any, _given: Any, output: Any) -> None:
            seen.append([name, kind, list(output.shape) if isinstance(output, torch.Tensor) else None])

        return note

    with _hooks(module, hook):
        module(*args)
    return seen


@contextmanager
def _hooks(module: "torch.nn.Module", hook: Callable[[str, str], Callable[..., None]]) -> Iterator[None]:
    leaves = [(name, part) for name, part in module.named_modules() if not any(part.children())]
    handles = [part.register_forward_hook(hook(name, type(part).__name__)) for name, part in leaves]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _fit(
    module: "torch.nn.Module",
    images: Any,
    labels: Any,
    *,
    epochs: int,
    batch: int,
    rate: float,
    seed: int,
) -> list[float]:
    """Train by Adam on the mean cross-entropy, at a rate that falls to zero; the mean loss of each epoch."""
    import torch

    order = torch.Generator("cpu").manual_seed(seed)  # the same on every device
    optimizer = torch.optim.Adam(module.parameters(), lr=rate)
    module.train()
    losses = []
    steps = epochs * math.ceil(len(images) / batch)
    falling = iter(range(steps, 0, -1))
    for _ in range(epochs):
        total = 0.0
        for chosen in torch.randperm(len(images), generator=order, device="cpu").split(batch):  # type: ignore[no-untyped-call]
            optimizer.param_groups[0]["lr"] = rate * next(falling) / steps
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(module(images[chosen]), labels[chosen])
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            total += loss.item() * len(chosen)
        losses.append(total / len(images))
    return losses


OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "forward": _forward,
    "state_dict": _state_dict,
    "load_state_dict": _load_state_dict,
    "parameters": _parameters,
    "mode": _mode,
    "double": _double,
    "vjp": _vjp,
    "shapes": _shapes,
    "fit": _fit,
}
