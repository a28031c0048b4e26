# expect: rejected, at most 0; made
"""An archive with one name of 20,000 folders, longer than any path can be."""

import pathlib
import zipfile

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "folders_without_end.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conv2d.py", HONEST.read_bytes())
        archive.writestr("d/" * 20_000 + "conv2d.py", b"")
    return path
