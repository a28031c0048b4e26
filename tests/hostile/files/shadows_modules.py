# expect: graded, exactly 20; made
"""A folder with a right conv2d.py, and beside it modules named like those that the worker imports."""

import pathlib

HONEST = pathlib.Path(__file__).parents[1] / "honest.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "shadows_modules"
    path.mkdir()
    (path / "conv2d.py").write_bytes(HONEST.read_bytes())
    for name in ("numpy", "json", "grader", "sitecustomize", "usercustomize", "conftest", "_ctypes"):
        (path / f"{name}.py").write_text("raise SystemExit(0)\n")
    (path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    return path
