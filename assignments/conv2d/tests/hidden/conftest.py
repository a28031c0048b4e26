"""What the hidden tests share: torch's layer as the oracle, and images and filters to try."""

from contextlib import contextmanager

import numpy as np
import pytest
import torch


@contextmanager
def one_thread():
    """Keep torch from waking its other threads: on arrays this small that takes longer than the sum."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@pytest.fixture
def expected():
    """The right result by torch, in float64, of the dtype that is asked for."""

    def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
        given = [array for array in (x, w, b) if array is not None]
        tensors = [torch.from_numpy(np.array(array, dtype=np.float64)) for array in given]
        with one_thread():
            y = torch.nn.functional.conv2d(*tensors, stride=stride, padding=padding, dilation=dilation)
        return y.numpy().astype(np.result_type(*given))

    return conv2d


@pytest.fixture
def draw(rng):
    """Images and filters of both signs, from the shapes (N, C_in, H, W) and (C_out, KH, KW)."""

    def arrays(images, filters):
        c_out, kh, kw = filters
        return rng.normal(size=images), rng.normal(size=(c_out, images[1], kh, kw))

    return arrays


@pytest.fixture
def works_on_one_pixel(submission):
    """A check for tests that do not look at numbers: one pixel times one weight must be right.

    So nobody earns points for leaving alone the arguments of a function that computes nothing.
    """

    def check():
        y = submission.conv2d(np.array([[[[3.0]]]]), np.array([[[[-2.0]]]]))
        assert isinstance(y, np.ndarray)
        assert y.shape == (1, 1, 1, 1)
        assert y.item() == -6

    return check
