# expect: rejected, at most 0; made
"""An archive whose upload broke off before its list of entries."""

import pathlib
import zipfile

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "truncated_zip.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conv2d.py", HONEST.read_bytes())
    path.write_bytes(path.read_bytes()[:-60])
    return path
