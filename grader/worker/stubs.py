"""otter, IPython, matplotlib and tqdm as a notebook imports them: there, and without effect."""

import importlib.machinery as machinery
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import ModuleType
from typing import Any

NAMES = ("otter", "IPython", "matplotlib", "tqdm")
_PAIRS = {"subplots": 2, "hist": 3, "subplot_mosaic": 2}


class Anything:
    """Has every attribute, can be called, entered, indexed and iterated over; nothing happens."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return _member(name)

    def __call__(self, *_: Any, **__: Any) -> "Anything":
        return Anything()

    def __getitem__(self, _: Any) -> "Anything":
        return Anything()

    def __setitem__(self, _: Any, __: Any) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        return True

    def __enter__(self) -> "Anything":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return ()

    def __instancecheck__(self, _: Any) -> bool:
        return False


class Notebook(Anything):
    """otter's Notebook: every check passes over in silence."""

    def check(self, *_: Any, **__: Any) -> None:
        """Nothing."""

    def check_all(self, *_: Any, **__: Any) -> None:
        """Nothing."""

    def export(self, *_: Any, **__: Any) -> None:
        """Nothing."""


class tqdm(Anything):  # noqa: N801  # its name
    """A progress bar that shows nothing and hands on what it is given."""

    def __init__(self, iterable: Iterable[Any] | None = None, *_: Any, **__: Any) -> None:
        self.iterable = iterable
        self.n = 0

    def __iter__(self) -> Iterator[Any]:
        return iter(() if self.iterable is None else self.iterable)

    def __len__(self) -> int:
        return len(self.iterable) if hasattr(self.iterable, "__len__") else 0  # type: ignore[arg-type]


def trange(*numbers: int, **_: Any) -> tqdm:
    """Tqdm's trange."""
    return tqdm(range(*numbers))


_KNOWN: dict[str, Any] = {
    "Notebook": Notebook,
    "tqdm": tqdm,
    "tqdm_notebook": tqdm,
    "trange": trange,
    "tnrange": trange,
}


def _member(name: str) -> Any:
    if name in _PAIRS:
        count = _PAIRS[name]
        several: Callable[..., tuple[Anything, ...]] = lambda *_, **__: tuple(Anything() for _ in range(count))  # noqa: E731
        return several
    return _KNOWN.get(name) or Anything()


class _Stub(ModuleType):
    __version__ = "0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return _member(name)


class Finder:
    """Finds the stubs and everything below them."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> machinery.ModuleSpec | None:
        """A stub of that name."""
        if name.partition(".")[0] not in NAMES:
            return None
        return machinery.ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: machinery.ModuleSpec) -> ModuleType:
        """An empty module that has everything."""
        return _Stub(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing."""


def install() -> None:
    """Put the stubs before all else."""
    sys.meta_path.insert(0, Finder())
