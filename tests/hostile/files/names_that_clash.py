# expect: rejected, at most 0; made
"""An archive whose names are two here and one where case or the form of an accent does not count."""

import pathlib
import zipfile

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "names_that_clash.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("conv2d.py", "CONV2D.py", "\u00e9.py", "e\u0301.py"):
            archive.writestr(name, HONEST.read_bytes())
    return path
