# expect: rejected, at most 0; made
"""An archive that says that its entry is packed by a method that nobody has."""

import pathlib
import zipfile

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "unknown_compression.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conv2d.py", HONEST.read_bytes())
    data = bytearray(path.read_bytes())
    data[8] = data[data.index(b"PK\1\2") + 10] = 97
    path.write_bytes(data)
    return path
