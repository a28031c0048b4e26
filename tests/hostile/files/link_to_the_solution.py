# expect: rejected, at most 0; made
"""A link called like a submission that leads to the solution."""

import pathlib

SOLUTION = pathlib.Path(__file__).parents[3] / "assignments" / "conv2d" / "solution" / "conv2d.py"


def make(folder: pathlib.Path) -> pathlib.Path:
    """Write it."""
    path = folder / "link_to_the_solution.py"
    path.symlink_to(SOLUTION)
    return path
