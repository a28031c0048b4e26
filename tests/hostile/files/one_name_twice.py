# expect: rejected, at most 0; made
"""An archive with two entries of one name: a right one, and one that somebody else may be shown."""

import pathlib
import zipfile

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "one_name_twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conv2d.py", "def conv2d(*args): pass\n")
        archive.writestr("conv2D.py", HONEST.read_bytes())
    path.write_bytes(path.read_bytes().replace(b"conv2D.py", b"conv2d.py"))
    return path
