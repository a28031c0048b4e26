# expect: rejected, at most 0; made
"""An archive whose names climb or are absolute on Windows: backslashes, drives, devices, streams."""

import pathlib
import zipfile

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "names_of_another_system.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conv2d.py", HONEST.read_bytes())
        for name in ("..\\..\\a.py", "C:\\a.py", "\\\\host\\share\\a.py", "CON", "a.py:stream", "a.py."):
            archive.writestr(name, "other = True\n")
    return path
