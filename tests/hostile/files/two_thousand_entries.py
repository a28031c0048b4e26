# expect: rejected, at most 0; made
"""An archive of 2,000 files."""

import pathlib
import zipfile

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "two_thousand_entries.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("conv2d.py", HONEST.read_bytes())
        for number in range(2000):
            archive.writestr(f"data/{number}.txt", b"")
    return path
