# expect: rejected, at most 0; made
"""An archive whose entry says that it holds ten bytes and holds ten megabytes."""

import pathlib
import struct
import zipfile

SIZE = 10 << 20


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "zip_that_lies_of_its_size.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conv2d.py", b"#" * SIZE)
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", SIZE), struct.pack("<I", 10)))
    return path
