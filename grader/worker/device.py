"""Where the tensors of a worker live: on the CPU, or on a GPU, which it opens when it is locked already.

CUDA starts threads of its own, and a lock takes hold of the thread alone that asks for it: so first the
lock, then the device. On a GPU what a submission makes is made there, what it is given is put there, and what
crosses back is copied to the CPU.
"""

import sys
from typing import Any

from grader.worker.lockdown import Failed


class Device:
    """The device of a worker.

    Args:
        cuda: whether it is a GPU.
    """

    def __init__(self, *, cuda: bool) -> None:
        self._cuda = cuda

    def open(self) -> None:
        """Make ready, with arithmetic that is as exact as on a CPU and the same each time.

        Raises:
            Failed: the driver or torch refuses.
        """
        if not self._cuda:
            return
        import torch

        try:
            self._begin(torch)
        except Exception as error:  # noqa: BLE001  # whatever the driver says
            raise Failed("gpu", str(error)) from None

    @staticmethod
    def _begin(torch: Any) -> None:
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
        torch.backends.cudnn.deterministic = True
        torch.set_default_device("cuda")
        torch.zeros(1).add_(1).item()

    def put(self, value: Any) -> Any:
        """A value with its tensors on the device; a module moves."""
        torch = sys.modules.get("torch")
        if not self._cuda or torch is None:
            return value
        if isinstance(value, torch.nn.Module):
            return value.cuda()
        if type(value) is torch.nn.Parameter:
            return torch.nn.Parameter(value.detach().cuda(), requires_grad=value.requires_grad)
        if type(value) is torch.Tensor:
            return value.detach().cuda().requires_grad_(value.requires_grad)
        if type(value) in (list, tuple):
            return type(value)(map(self.put, value))
        if type(value) is dict:
            return {key: self.put(item) for key, item in value.items()}
        return value
