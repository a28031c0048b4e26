"""Modules behind the wall: what a call costs, and a whole notebook of lenet5 beside its trainings alone.

The share of the project in grading one is the difference of the last two figures.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from grader import assignment
from grader.behind import Behind
from grader.digits import load
from grader.fixtures import InProcess
from grader.fixtures import load as loaded
from grader.graders import Grader
from grader.intake import Entry
from grader.module import Module
from grader.proxy import Submission
from grader.sandbox import Zygotes

LENET5 = assignment.find("lenet5")
IMAGES = torch.from_numpy(np.random.default_rng(0).normal(size=(24, 1, 32, 32)).astype(np.float32))  # 98 KB
UPSTREAM = torch.ones(24, 10)
SEEDS = range(3)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def net() -> Iterator[Module]:
    """The solution's net, behind the wall."""
    with Zygotes(LENET5.libraries) as zygotes, zygotes.worker() as worker:
        told = worker.load([(1, LENET5.solution.read_text(encoding="utf-8"), "")])
        yield Submission(Behind(worker, told.names, 20, "too long")).LeNet5()


def test_forward_of_98_kb(benchmark, net: Module) -> None:
    benchmark.pedantic(net, (IMAGES,), rounds=100, warmup_rounds=10)


def test_forward_of_98_kb_in_this_process(benchmark) -> None:
    here = loaded(LENET5.solution, "solution").LeNet5()
    benchmark.pedantic(here, (IMAGES,), rounds=100, warmup_rounds=10)


def test_forward_and_backward_with_all_gradients(benchmark, net: Module) -> None:
    benchmark.pedantic(net.vjp, ([IMAGES], UPSTREAM), rounds=100, warmup_rounds=10)


def test_a_notebook_in_a_warm_grader(benchmark, tmp_path: Path) -> None:
    entry = Entry("ann", LENET5.solution)
    with asyncio.Runner() as runner:
        grader = Grader(LENET5, "standard", tmp_path)
        try:
            benchmark.pedantic(lambda: runner.run(grader.grade(entry, 1)), rounds=5, warmup_rounds=1)
        finally:
            runner.run(grader.stop())


def test_its_three_trainings_alone(benchmark) -> None:
    given = [load(seed) for seed in SEEDS]

    def train() -> None:
        submission = Submission(InProcess(loaded(LENET5.solution, "solution")))
        for seed, digits in zip(SEEDS, given, strict=True):
            net = submission.LeNet5()
            net.fit(torch.from_numpy(digits.images), torch.from_numpy(digits.labels), seed=seed)
            net(torch.from_numpy(digits.hidden_images))

    benchmark.pedantic(train, rounds=5, warmup_rounds=1)
