# expect: rejected, at most 0; made
"""An archive that holds an archive that holds an archive, ten deep, with a right conv2d.py in the last."""

import io
import pathlib
import zipfile

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    name, data = "conv2d.py", HONEST.read_bytes()
    for _ in range(10):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr(name, data)
        name, data = "conv2d.zip", buffer.getvalue()
    path = folder / "zip_in_zip.zip"
    path.write_bytes(data)
    return path
