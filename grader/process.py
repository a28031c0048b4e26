"""The grader: a process of its own that holds the suite, and grades what the supervisor names.

It is started by exec, speaks JSON lines over its standard input and output, and ends with them:

    {"assignment", "require", "gpu"}   -> {"isolation", "tests": [node ids]}
    {"id", "path", "attempt"}          -> {"attempt": row}; with "visible": true, of the visible tests alone
    {"id", "path", "replay": node id}  -> {"status", "message"}

Any of them may be answered by {"lost": text}, a fault that another try may mend, or by
{"failed": kind, "message", "remedy"}, one that it will not.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TextIO

from grader import assignment as assignments
from grader import intake
from grader.errors import kind_of
from grader.gpu import Gpu
from grader.grading import Grading
from grader.otter_bridge import Otter
from grader.sandbox import Lost, Zygotes
from grader.suite import Suite, collected, shares
from grader.worker.kernel import PR_SET_PDEATHSIG, prctl
from question_bank.errors import ConvmarkError, UsageError


def main(supervisor: int) -> None:
    """Serve the supervisor until it closes the pipe or is gone.

    Args:
        supervisor: its process id.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a suite prints is no answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the supervisor's
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != supervisor:
        return
    requests = iter(sys.stdin)
    try:
        configuration = json.loads(next(requests))
    except (StopIteration, ValueError):
        return
    _said(answers, lambda: _run(configuration, requests, answers))


def _run(configuration: dict[str, Any], requests: Iterable[str], answers: TextIO) -> dict[str, Any] | None:
    assignment = assignments.read(Path(configuration["assignment"]))
    gpu = Gpu(**configuration["gpu"]) if configuration["gpu"] else None
    zygotes = Zygotes(assignment.libraries, require=configuration["require"], gpu=gpu)

    def serve(suite: Suite) -> None:
        points = shares(suite.nodes, assignment.tasks)
        with Otter(suite.nodes, points) as otter, zygotes:
            signal.signal(signal.SIGTERM, lambda *_: _end(otter))
            grading = Grading(suite, zygotes, otter)
            if gpu:
                zygotes.worker().close()  # so that a device which fails ends the run, and not each submission
            _write(answers, {"isolation": zygotes.isolation, "tests": [node.id for node in suite.nodes]})
            for request in requests:
                _said(answers, lambda: _answer(grading, suite, assignment.slug, json.loads(request)))  # noqa: B023

    collected(assignment, serve)
    return None


def _answer(grading: Grading, suite: Suite, slug: str, request: dict[str, Any]) -> dict[str, Any]:
    sent = intake.read(intake.Entry(request["id"], Path(request["path"])), slug)
    if "replay" in request:
        node = next((node for node in suite.nodes if node.id == request["replay"]), None)
        if node is None:
            raise UsageError(f"there is no test {request['replay']}", "Name one of those that `grade show` lists.")
        status, message = grading.replay(sent, node)
        return {"status": status.value, "message": message}
    chosen = [node for node in suite.nodes if node.visible] if request.get("visible") else None
    return {"attempt": grading.grade(sent, request["attempt"], chosen).row()}


def _said(answers: TextIO, work: Callable[[], dict[str, Any] | None]) -> None:
    """Write what some work gives back, or what kept it from that."""
    try:
        answer = work()
    except Lost as lost:
        answer = {"lost": str(lost)}
    except ConvmarkError as error:
        answer = {"failed": kind_of(error), "message": error.message, "remedy": error.remedy}
    except Exception as error:  # noqa: BLE001  # a fault of ours must not look like one of a student's
        answer = {"failed": "suite", "message": f"the grader failed: {type(error).__name__}: {error}", "remedy": ""}
    if answer is not None:
        _write(answers, answer)


def _write(answers: TextIO, answer: dict[str, Any]) -> None:
    try:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    except BrokenPipeError:
        os._exit(1)


def _end(otter: Otter) -> None:
    """Leave at once, in the middle of a test too; the zygote ends by itself when we are gone."""
    otter.close()
    os._exit(128 + signal.SIGTERM)
