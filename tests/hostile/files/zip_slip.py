# expect: rejected, at most 0; made
"""An archive whose entries climb out of the folder that they are unpacked into."""

import pathlib
import zipfile

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "zip_slip.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conv2d.py", HONEST.read_bytes())
        archive.writestr("../../../../../../../../tmp/convmark-was-here.py", "climbed = True\n")
        archive.writestr("a/../../b.py", "climbed = True\n")
    return path
