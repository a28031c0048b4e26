"""The wall: what a test pays for a worker of its own, and what a call pays for crossing."""

from collections.abc import Iterator

import numpy as np
import pytest

from grader.sandbox import Worker, Zygotes

CELLS = [(1, "import numpy as np\ndef same(x): return x\ndef nothing(): pass", "")]
MEGABYTE = np.ones(1 << 17)


@pytest.fixture(scope="module")
def zygotes() -> Iterator[Zygotes]:
    with Zygotes() as made:
        yield made


@pytest.fixture
def worker(zygotes: Zygotes) -> Iterator[Worker]:
    with zygotes.worker() as made:
        made.load(CELLS)
        yield made


def test_zygote_with_numpy(benchmark) -> None:
    def start() -> None:
        with Zygotes():
            pass

    benchmark.pedantic(start, rounds=5, warmup_rounds=1)


def test_fresh_locked_worker_ready(benchmark, zygotes: Zygotes) -> None:
    made: list[Worker] = []

    def close() -> tuple[tuple[()], dict[str, object]]:
        while made:
            made.pop().close()
        return (), {}

    benchmark.pedantic(lambda: made.append(zygotes.worker()), setup=close, rounds=50, warmup_rounds=3)
    close()


def test_fresh_locked_worker_loaded_called_and_gone(benchmark, zygotes: Zygotes) -> None:
    def life() -> None:
        with zygotes.worker() as worker:
            worker.load(CELLS)
            worker.call("nothing")

    benchmark.pedantic(life, rounds=50, warmup_rounds=3)


def test_call_with_nothing(benchmark, worker: Worker) -> None:
    benchmark.pedantic(worker.call, ("nothing",), rounds=300, warmup_rounds=10)


def test_call_with_1_mb_in_and_out(benchmark, worker: Worker) -> None:
    benchmark.pedantic(worker.call, ("same", (MEGABYTE,)), {"after": False}, rounds=300, warmup_rounds=10)


def test_call_with_1_mb_in_and_out_and_the_argument_back(benchmark, worker: Worker) -> None:
    benchmark.pedantic(worker.call, ("same", (MEGABYTE,)), rounds=300, warmup_rounds=10)
