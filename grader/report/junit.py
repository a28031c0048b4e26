"""JUnit XML for the pages of a CI system: a suite per submission, a case per test.

Logs of a CI system may be open to students, so hidden tests appear by title and outcome alone.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable

from grader.escaping import printable
from grader.records import DECIMALS, Attempt, Status, TestOutcome, TestStatus, in_file
from grader.report.labels import labelled

_WORDS = {
    TestStatus.FAILED: ("failure", "failed"),
    TestStatus.NOT_REACHED: ("skipped", "not reached"),
    TestStatus.ERROR: ("error", "crashed"),
    TestStatus.TIMEOUT: ("error", "ran out of time"),
    TestStatus.MEMORY: ("error", "used too much memory"),
    TestStatus.OUTPUT: ("error", "printed too much"),
    TestStatus.UNGRADED: ("error", "could not be graded: a fault of the grader"),
}


def render(attempts: Iterable[Attempt], assignment: str) -> bytes:
    """The file.

    Args:
        attempts: what counts of each submission, in order.
        assignment: its slug.
    """
    root = ET.Element("testsuites", name=printable(assignment))
    for attempt in attempts:
        _suite(root, attempt)
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ET.indent(root, " ")
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=False)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"


def _suite(root: ET.Element, attempt: Attempt) -> None:
    suite = ET.SubElement(root, "testsuite", name=printable(attempt.id))
    properties = ET.SubElement(suite, "properties")
    score = "" if attempt.score is None else str(in_file(attempt.score))
    facts = {"status": attempt.status.value, "score": score, "max_score": str(in_file(attempt.max_score))}
    for name, value in {**facts, "isolation": attempt.isolation, "flags": "; ".join(attempt.flags)}.items():
        ET.SubElement(properties, "property", name=name, value=printable(value))
    for label, test in labelled(attempt.tests):
        _case(suite, label, test)
    if not attempt.tests:
        case = ET.SubElement(suite, "testcase", classname="submission", name="the submission can be graded", time="0")
        if attempt.status is not Status.GRADED:
            error = ET.SubElement(case, "error", type=attempt.status.value, message=attempt.status.value)
            error.text = printable(attempt.output)
    counts = {"tests": "testcase", "failures": "*/failure", "errors": "*/error", "skipped": "*/skipped"}
    for name, path in counts.items():
        suite.set(name, str(len(suite.findall(path))))
    suite.set("time", _seconds(attempt.seconds))


def _case(suite: ET.Element, label: str, test: TestOutcome) -> None:
    case = ET.SubElement(suite, "testcase", classname=printable(test.task), name=label, time=_seconds(test.seconds))
    if test.status is TestStatus.PASSED:
        return
    tag, words = _WORDS[test.status]
    found = ET.SubElement(case, tag, message=words)
    if tag != "skipped":
        found.set("type", test.status.value)
    if test.given and test.message:
        found.text = printable(test.message)


def _seconds(seconds: float) -> str:
    return f"{seconds:.{DECIMALS}f}"
