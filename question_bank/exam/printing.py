"""Papers and solutions as PDF, on as many processors as there are; and the code on each page of a paper."""

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, lru_cache
from multiprocessing.connection import wait
from threading import Thread

import segno

from question_bank.render.pdf.press import Press
from question_bank.render.sheet import Sheet

_MASK = 3
_ALONE = 4  # so few that a second process is not worth its start


def printed(key_sha256: str, sheets: Sequence[Sheet]) -> Iterator[bytes]:
    """A PDF of each sheet, in order.

    Args:
        key_sha256: of the exam, for the codes on the pages.
        sheets: papers and solutions.
    """
    jobs = [(key_sha256, sheet) for sheet in sheets]
    workers = min(os.cpu_count() or 1, len(jobs) // _ALONE)
    if workers < 2:
        yield from map(_printed, jobs)
        return
    context = multiprocessing.get_context("spawn")  # a fork would inherit the locks of Typst's threads
    with ProcessPoolExecutor(workers, context, _end_with_parent) as pool:
        yield from pool.map(_printed, jobs, chunksize=_ALONE)


def booklet(key_sha256: str, title: str, sheets: Sequence[Sheet]) -> bytes:
    """One PDF of all the papers for the printer, each of which begins on a right-hand page."""
    _set(key_sha256, title, sheets[:1])  # tells how many pages to reckon with
    return _set(key_sha256, title, sheets)


def code(key_sha256: str, student_id: str, page: int) -> str:
    """The text in the code of a page: the format, the exam's key, the page and the student.

    >>> code("78002603824c260e", "s/1", 3)
    'convmark/1/78002603824c/3/s/1'
    """
    return f"convmark/1/{key_sha256[:12]}/{page}/{student_id}"


def _end_with_parent() -> None:
    """Let a worker end when the command is killed, for it would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent:
        Thread(target=lambda: (wait([parent.sentinel]), os._exit(1)), daemon=True).start()


def _printed(job: tuple[str, Sheet]) -> bytes:
    key_sha256, sheet = job
    return _set(key_sha256, sheet.title, [sheet])


def _set(key_sha256: str, title: str, sheets: Sequence[Sheet]) -> bytes:
    return _press().document(title, sheets, lambda sheet, page: _picture(code(key_sha256, sheet.student_id, page)))


@cache
def _press() -> Press:
    return Press()


@lru_cache(maxsize=4096)
def _picture(text: str) -> str:
    """A QR code as SVG. Any mask can be read; to weigh all eight would take longer than to set the page."""
    rows = segno.make(text, micro=False, error="m", mask=_MASK).matrix
    squares = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path d="{"".join(squares)}"/></svg>'
    )
