"""What lies in the zip for Gradescope: the project, the assignment, and the two scripts that it asks for."""

from grader.assignment import Assignment
from grader.pack.wheel import wheel
from grader.pack.zips import of_assignment, text

SCRIPTS = ("setup.sh", "run_autograder")


def files(assignment: Assignment, require: str) -> dict[str, bytes]:
    """The files by name.

    Args:
        assignment: with its hidden tests and its solution.
        require: strict, standard or basic.
    """
    name, built = wheel()
    return {
        "README.md": text("gradescope.md").format(slug=assignment.slug, require=require).encode(),
        "run_autograder": text("run_autograder.sh").replace("@require@", require).encode(),
        "setup.sh": text("setup.sh").encode(),
        "requirements.txt": text("requirements.txt").encode(),
        name: built,
        **of_assignment(assignment, "assignment"),
    }
