"""What can be imported in a worker: the standard library and the allowed packages, by name.

Folders with many packages are on no path, so nothing beside an allowed package is ever looked for. The
listing of the standard library's folder is read once, before the lock: it may hold site-packages,
so a worker may not list it.
"""

import importlib.machinery as machinery
import importlib.util
import os
import sys
from collections.abc import Mapping, Sequence
from types import ModuleType

_LOADERS = [
    (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
    (machinery.SourceFileLoader, machinery.SOURCE_SUFFIXES),
    (machinery.SourcelessFileLoader, machinery.BYTECODE_SUFFIXES),
]


class Listed(machinery.FileFinder):
    """A folder whose listing is never read again."""

    def invalidate_caches(self) -> None:
        """Keep what is known."""


class Named:
    """Top-level packages by their paths."""

    def __init__(self, paths: Mapping[str, str]) -> None:
        self._paths = paths

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> machinery.ModuleSpec | None:
        """Where an allowed package lies."""
        where = self._paths.get(name)
        if where is None:
            return None
        if not os.path.isdir(where):  # pathlib is not loaded here
            return importlib.util.spec_from_file_location(name, where)
        first = f"{where}/__init__.py"
        if os.path.isfile(first):
            return importlib.util.spec_from_file_location(name, first, submodule_search_locations=[where])
        spec = machinery.ModuleSpec(name, None, is_package=True)
        spec.submodule_search_locations = [where]
        return spec


def narrow(packages: Mapping[str, str]) -> None:
    """Leave the standard library and these packages importable."""
    sys.path[:] = [os.path.realpath(entry) for entry in sys.path if os.path.isdir(entry)]
    sys.path_importer_cache.clear()
    for entry in sys.path:
        finder = Listed(entry, *_LOADERS)
        finder.find_spec("nothing_of_this_name")
        sys.path_importer_cache[entry] = finder
    sys.meta_path.append(Named(packages))
