# expect: rejected, at most 0; made
"""An archive whose entries begin at the root."""

import pathlib
import zipfile

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "absolute_names.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conv2d.py", HONEST.read_bytes())
        archive.writestr("/tmp/convmark-was-here.py", "absolute = True\n")
    return path
