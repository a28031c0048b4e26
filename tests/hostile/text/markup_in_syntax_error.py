# expect: error, at most 0; made
"""Python that cannot be compiled, and the line that the message would quote is markup."""

import pathlib


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "markup_in_syntax_error.py"
    path.write_text("conv2d = <script>alert('convmark')</script>\n")
    return path
