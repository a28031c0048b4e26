# expect: rejected, at most 0; made
"""An archive that says that its entry is encrypted: whoever asks for a password waits for ever."""

import pathlib
import zipfile

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "encrypted_zip.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conv2d.py", HONEST.read_bytes())
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)
    return path
