# expect: rejected, at most 0; made
"""An archive of 256 kilobytes with 256 megabytes of zeros in it."""

import pathlib
import zipfile


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "zip_bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("conv2d.py", "w") as entry:
        for _ in range(256):
            entry.write(bytes(1 << 20))
    return path
