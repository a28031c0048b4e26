"""pytest plugin for authors: a hidden suite in this process, on a file of one's own.

    pytest -p grader.fixtures --submission assignments/conv2d/solution/conv2d.py assignments/conv2d/tests/hidden

A suite asks for three fixtures and nothing else: `submission` (grader.proxy.Submission), `reference`
(the solution as a module) and `rng`. Grading gives the same three with the submission behind the wall.
Here there is no wall: never run a student's file this way.
"""

import hashlib
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from grader import assignment
from grader.proxy import LOCAL, Reply, Submission, UnsupportedError, raised
from grader.worker.modules import Handle, Modules, is_module

MARKS = {
    "task(id)": "the task that the test belongs to",
    "points(weight)": "its weight within the task, 1 by default",
    "title(text)": "what a student may read of it",
    "kind(name)": "value (the default), shape, error, manners or training",
}
_PLAIN = (type(None), bool, int, float, complex, str)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --submission."""
    parser.addoption("--submission", metavar="FILE", help="what to test, in this process; by default the solution")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marks."""
    for mark, what in MARKS.items():
        config.addinivalue_line("markers", f"{mark}: {what}")


@pytest.fixture
def submission(request: pytest.FixtureRequest) -> Submission:
    """The file that is tested, loaded anew for each test, as each test has a fresh worker when it counts."""
    named = request.config.getoption("--submission")
    path = Path(named) if named else assignment.of_test(request.path).solution
    return Submission(InProcess(load(path, "submission")))


@pytest.fixture(scope="session")
def reference(request: pytest.FixtureRequest) -> ModuleType:
    """The solution of the assignment whose tests are run."""
    first = request.session.items[0].path
    return load(assignment.of_test(first).solution, "reference")


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """Random numbers that depend on the test alone."""
    name = f"{request.path.name}::{request.node.name}"
    return np.random.default_rng(list(hashlib.sha256(name.encode()).digest()))


class InProcess:
    """A submission that runs in this process, seen as if it were behind the wall.

    The arguments are copied before the call and what comes back is copied after it, so nothing is shared.
    """

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._made = Modules()

    def names(self) -> Sequence[str]:
        """What the module defines."""
        return list(vars(self._module))

    def call(self, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Reply:
        """Call a function; its exceptions come as they come out of a worker."""
        sent = tuple(_copied(value) for value in args)
        named = {key: _copied(value) for key, value in kwargs.items()}
        try:
            value = (self._made.asked(name) or getattr(self._module, name))(*sent, **named)
            if is_module(value):
                value = Handle(self._made.keep(value))
        except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever a submission raises is its answer
            known = next((kind.__name__ for kind in type(error).__mro__ if kind.__name__ in LOCAL), None)
            raise raised(known or type(error).__name__, str(error)) from None
        shared = tuple(place for place, each in enumerate(sent) if _share(value, each))
        return Reply(_received(value, name), tuple(map(_copied, sent)), dict(named), shared)


def load(path: Path, name: str) -> ModuleType:
    """A file as a module that nothing can import by its name."""
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _copied(value: Any) -> Any:
    """A value on memory of its own; an array keeps its strides, for a test may be about them."""
    if _is_tensor(value):
        return _of_tensor(value)
    if type(value) in (list, tuple):
        return type(value)(map(_copied, value))
    if type(value) is dict:
        return {key: _copied(item) for key, item in value.items()}
    if type(value) is not np.ndarray:
        return value
    if value.flags.forc:
        fresh = value.copy(order="K")
    else:
        low, high = np.lib.array_utils.byte_bounds(value)
        start = value.__array_interface__["data"][0] - low
        fresh = np.ndarray(value.shape, value.dtype, np.empty(high - low, np.uint8), start, value.strides)
        fresh[...] = value
    fresh.flags.writeable = value.flags.writeable
    return fresh


def _received(value: Any, name: str) -> Any:
    """What came back, of the types that cross the wall."""
    kind = type(value)
    if kind in _PLAIN or kind is Handle:
        return value
    if _is_tensor(value):
        return _of_tensor(value)
    if kind in (list, tuple):
        return kind(_received(item, name) for item in value)
    if kind is dict:
        return {key: _received(item, name) for key, item in value.items()}
    if kind is np.ndarray and value.dtype.kind in "biufc":
        return value.copy()
    if isinstance(value, np.generic) and value.dtype.kind in "biufc" and kind is value.dtype.type:
        return value
    raise UnsupportedError(f"{name} returned {kind.__name__}, expected an array, a tensor, a number or a text")


def _is_tensor(value: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and type(value) in (torch.Tensor, torch.nn.Parameter)


def _of_tensor(tensor: Any) -> Any:
    copy = tensor.detach().clone().requires_grad_(tensor.requires_grad)
    return type(tensor)(copy, requires_grad=tensor.requires_grad) if type(tensor).__name__ == "Parameter" else copy


def _share(value: Any, argument: Any) -> bool:
    return (
        isinstance(value, np.ndarray) and isinstance(argument, np.ndarray) and bool(np.shares_memory(value, argument))
    )
