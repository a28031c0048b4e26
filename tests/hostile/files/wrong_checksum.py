# expect: rejected, at most 0; made
"""An archive whose bytes are not those that its checksum was made of."""

import pathlib
import zipfile

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "wrong_checksum.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conv2d.py", HONEST.read_bytes())
    path.write_bytes(path.read_bytes().replace(b"channels differ", b"channels agree!"))
    return path
