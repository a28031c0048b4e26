# expect: rejected, at most 0; made
"""An archive with a link that leads out, and an entry that would be written through it."""

import pathlib
import stat
import zipfile

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "link_in_zip.zip"
    link = zipfile.ZipInfo("out")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/tmp")
        archive.writestr("out/convmark-was-here.py", "through = True\n")
        archive.writestr("conv2d.py", HONEST.read_bytes())
    return path
