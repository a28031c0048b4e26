"""`assignment pack`: an assignment with all that grades it, as a zip for a machine that has nothing of ours.

`gradescope` and `stock_otter` say what lies in the two zips. `autograder` and `bridge` run out of them,
on the other machine.
"""

import os
from pathlib import Path

from grader import files
from grader.assignment import Assignment
from question_bank.errors import UsageError

MACHINES = ("gradescope", "otter")
WEAKER = (
    "with stock otter there is no wall: a submission runs beside the hidden tests and can read them, change"
    " its points, and act as whoever grades. Use this zip in a container, or where you trust who hands in."
)


def pack(assignment: Assignment, machine: str, out: Path, require: str = "standard") -> None:
    """Write the zip, whole or not at all; the same assignment gives the same bytes.

    Args:
        assignment: to pack, with its hidden tests and its solution.
        machine: one of `MACHINES`.
        out: the file to write.
        require: strict, standard or basic: what must hold around a submission on Gradescope's machine.

    Raises:
        UsageError: `out` exists.
        SuiteError: the assignment's tests cannot be collected.
        MachineError: `out` cannot be written, or something that is packed cannot be read.
    """
    from grader.pack import gradescope, stock_otter
    from grader.pack.zips import zipped

    if os.path.lexists(out):
        raise UsageError(f"{out} exists", "Choose another --out, or remove it.")
    packed = gradescope.files(assignment, require) if machine == "gradescope" else stock_otter.files(assignment)
    files.write(out, zipped(packed, gradescope.SCRIPTS))
