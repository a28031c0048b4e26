"""What the hidden tests share: torch's function as the oracle, and images to try."""

from contextlib import contextmanager

import numpy as np
import pytest
import torch


@contextmanager
def one_thread():
    """Keep torch from waking its other threads: on arrays this small that takes longer than the work."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@pytest.fixture
def expected():
    """The right result by torch, found in float64, of the dtype of the images."""

    def max_pool2d(x, kernel_size, stride=None, padding=0):
        tensor = torch.from_numpy(np.array(x, dtype=np.float64))
        with one_thread():
            y = torch.nn.functional.max_pool2d(tensor, kernel_size, stride=stride, padding=padding)
        return y.numpy().astype(x.dtype)

    return max_pool2d


@pytest.fixture
def draw(rng):
    """Images of the shape (N, C, H, W), with numbers of both signs."""
    return lambda shape: rng.normal(size=shape)


@pytest.fixture
def draw_positive(rng):
    """Images of positive numbers only: what is wrong at zero shows elsewhere."""
    return lambda shape: rng.uniform(6, 9, size=shape)


@pytest.fixture
def works_on_one_window(submission):
    """A check for tests that do not look at numbers: the largest of nine must be right.

    So nobody earns points for leaving alone the images of a function that computes nothing.
    """

    def check():
        y = submission.max_pool2d(np.array([[[[3.0, 1.0, 2.0], [4.0, 5.0, 8.0], [6.0, 2.0, 7.0]]]]), 3, stride=3)
        assert isinstance(y, np.ndarray)
        assert y.shape == (1, 1, 1, 1)
        assert y.item() == 8

    return check
