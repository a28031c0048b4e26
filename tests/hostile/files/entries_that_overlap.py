# expect: rejected, at most 0; made
"""An archive in which many entries of the list are one and the same stretch of the file, as in the best bombs."""

import pathlib
import zipfile

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "entries_that_overlap.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("conv2d.py", "conv2e.py", "conv2f.py"):
            archive.writestr(name, HONEST.read_bytes())
        for info in archive.filelist:
            info.header_offset = 0
    return path
