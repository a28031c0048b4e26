"""The project as a wheel, made of what is installed here; a checkout and an installed copy give the same bytes.

It holds no assignment: the machine that it goes to needs the one that lies beside it, and no others.
"""

import base64
import hashlib
import importlib.metadata
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from grader.pack.zips import zipped
from question_bank.errors import MachineError

ROOT = Path(__file__).parents[2]
PACKAGES = ("grader", "question_bank")
PATTERNS = (
    "*.py", "*.toml", "*.txt", "*.csv", "*.json", "*.md", "*.html", "*.css", "*.js", "*.woff2", "*.typ", "*.ipynb",
    "*.zip", "*.sh", "LICENSE*",
)  # fmt: skip
"""Modules, and the package data that pyproject.toml names."""


def wheel() -> tuple[str, bytes]:
    """The name of the file and its bytes.

    Raises:
        MachineError: the project is not installed here.
    """
    try:
        installed = importlib.metadata.distribution("convmark")
    except importlib.metadata.PackageNotFoundError:
        raise MachineError("convmark is not installed", "Run `make venv`, or pip install it.") from None
    about = f"convmark-{installed.version}.dist-info"
    needs = [f"Requires-Dist: {need}\n" for need in sorted(installed.requires or ()) if "extra ==" not in need]
    files = {name: path.read_bytes() for name, path in _sources()}
    files |= {
        f"{about}/METADATA": (
            f"Metadata-Version: 2.1\nName: convmark\nVersion: {installed.version}\n"
            f"Requires-Python: {installed.metadata['Requires-Python']}\n{''.join(needs)}"
        ).encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nGenerator: convmark\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/entry_points.txt": b"[console_scripts]\nconvmark = cli:main\n",
        f"{about}/licenses/LICENSE": _license(installed),
    }
    lines = [f"{name},sha256={_digest(content)},{len(content)}\n" for name, content in sorted(files.items())]
    files[f"{about}/RECORD"] = f"{''.join(lines)}{about}/RECORD,,\n".encode()
    return f"convmark-{installed.version}-py3-none-any.whl", zipped(files)


def _sources() -> Iterator[tuple[str, Path]]:
    yield "cli.py", ROOT / "cli.py"
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*"):
            wanted = any(fnmatch(path.name, pattern) for pattern in PATTERNS)
            if wanted and "__pycache__" not in path.parts and path.is_file():
                yield path.relative_to(ROOT).as_posix(), path


def _license(installed: importlib.metadata.Distribution) -> bytes:
    text = installed.read_text("licenses/LICENSE")  # beside a checkout there may be nothing but an .egg-info
    return (ROOT / "LICENSE").read_bytes() if text is None else text.encode()


def _digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
