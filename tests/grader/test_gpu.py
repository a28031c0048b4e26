"""The GPUs of a machine: which there are, who may use them, and what is said where there is none.

No test machine has one: what runs on a GPU is tried by hand, as README says.
"""

import fcntl
import os
from pathlib import Path

import pytest

from grader import gpu
from grader.gpu import Gpu
from grader.sandbox import Zygotes, cuda
from grader.worker.device import Device
from question_bank.errors import MachineError

T4, H100 = Gpu("Tesla T4", "0", ""), Gpu("NVIDIA H100", "1", "")


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Gpu, Gpu]:
    """A machine with two devices and a torch that can use them."""
    nodes = [tmp_path / "nvidia0", tmp_path / "nvidia1"]
    for node in nodes:
        node.touch()
    found = Gpu("Tesla T4", "0", str(nodes[0])), Gpu("NVIDIA H100", "1", str(nodes[1]))
    monkeypatch.setattr(gpu, "devices", lambda: found)
    monkeypatch.setattr(gpu, "_torch_has_cuda", lambda: True)
    return found


def test_each_device_is_one_runs_at_a_time(two: tuple[Gpu, Gpu]) -> None:
    with gpu.claimed() as mine:
        assert mine == two
        with pytest.raises(MachineError, match=r"somebody else grades on each CUDA device here\nWait."), gpu.claimed():
            pass
    with gpu.claimed() as again:
        assert again == two


def test_a_device_in_use_is_left_alone(two: tuple[Gpu, Gpu]) -> None:
    theirs = os.open(two[0].node, os.O_RDONLY)
    fcntl.flock(theirs, fcntl.LOCK_EX)
    with gpu.claimed() as mine:
        assert mine == two[1:]
    os.close(theirs)


@pytest.mark.parametrize(
    ("found", "built", "says"),
    [((), True, "there is no CUDA device here"), ((T4,), False, "built without CUDA")],
)
def test_without_one_it_says_so(
    monkeypatch: pytest.MonkeyPatch,
    found: tuple[Gpu, ...],
    built: bool,
    says: str,
) -> None:
    monkeypatch.setattr(gpu, "devices", lambda: found)
    monkeypatch.setattr(gpu, "_torch_has_cuda", lambda: built)
    with pytest.raises(MachineError, match=says) as caught, gpu.claimed():
        pass
    assert "--device cpu grades on the CPU" in caught.value.remedy
    assert gpu.best() == "cpu"


def test_a_run_on_the_cpu_claims_nothing(two: tuple[Gpu, Gpu]) -> None:
    with gpu.claimed_for("cpu") as none, gpu.claimed_for("cuda") as both:
        assert (none, both) == ((), two)
    assert gpu.best() == "cuda"


def test_devices_are_named_for_people() -> None:
    assert gpu.names([H100, T4, H100]) == "2 x NVIDIA H100, Tesla T4"


def test_whether_torch_was_built_for_cuda_is_what_torch_says() -> None:
    import torch

    assert gpu._torch_has_cuda() == (torch.version.cuda is not None)


def test_a_worker_sees_one_device_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID")
    monkeypatch.setenv("SECRET", "s")
    told = cuda.environment(H100)
    assert told["CUDA_VISIBLE_DEVICES"] == "1"
    assert told["CUDA_DEVICE_ORDER"] == "PCI_BUS_ID"
    assert "SECRET" not in told


def test_on_the_cpu_nothing_moves(tmp_path: Path) -> None:
    device = Device(cuda=False)
    device.open()
    value = [1, {"a": (tmp_path,)}]
    assert device.put(value) is value


def test_a_worker_whose_device_fails_is_no_worker_on_the_cpu() -> None:
    with Zygotes(["torch"], require="basic", gpu=Gpu("none", "0", "")) as zygotes:
        zygotes.start()
        assert zygotes.device == "cuda"
        assert zygotes.isolation != "strict"
        with pytest.raises(MachineError, match="a worker could not be locked down, at gpu: "):
            zygotes.worker()


def test_strict_cannot_hold_on_a_gpu() -> None:
    with (
        pytest.raises(MachineError, match="'gpu' is missing .a worker speaks to the driver of the GPU") as caught,
        Zygotes(["torch"], require="strict", gpu=Gpu("none", "0", "")) as zygotes,
    ):
        zygotes.start()
    assert "--device cpu" in caught.value.remedy
