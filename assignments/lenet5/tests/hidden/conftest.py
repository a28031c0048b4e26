"""What the hidden tests share: LeNet-5 written out in torch's functions, and weights that go into any build of it."""

from contextlib import contextmanager

import pytest
import torch
from torch.nn import functional

from grader.module import Module

SHAPES = {
    "C1 weight": [(6, 1, 5, 5)],
    "C1 bias": [(6,)],
    "C3 weight": [(16, 6, 5, 5)],
    "C3 bias": [(16,)],
    "C5 weight": [(120, 400), (120, 16, 5, 5)],
    "C5 bias": [(120,)],
    "F6 weight": [(84, 120), (84, 120, 1, 1)],
    "F6 bias": [(84,)],
    "output weight": [(10, 84), (10, 84, 1, 1)],
    "output bias": [(10,)],
}
"""Each parameter with the shapes it may have: a fully connected layer may be a convolution."""


@contextmanager
def one_thread():
    """Keep torch from waking its other threads: on tensors this small that takes longer than the work."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@pytest.fixture
def build(submission):
    """A check for a net of the submission, made anew: that it is an nn.Module."""

    def make():
        net = submission.LeNet5()
        assert isinstance(net, Module), f"LeNet5() is {type(net).__name__}, expected an nn.Module"
        return net

    return make


@pytest.fixture
def names():
    """The names that a net has for its parameters, by ours; found by shape, of which each net has one."""

    def find(net):
        parameters = net.parameters()
        found = {}
        for ours, shapes in SHAPES.items():
            theirs = [name for name, value in parameters.items() if tuple(value.shape) in shapes]
            assert len(theirs) == 1, f"{len(theirs)} parameters of the shape {shapes[0]} for {ours}, expected one"
            found[ours] = theirs[0]
        return found

    return find


@pytest.fixture
def put(names):
    """Put weights into a net."""

    def load(net, weights):
        state = net.state_dict()
        for ours, theirs in names(net).items():
            assert theirs in state, f"the state_dict lacks {ours}"
            state[theirs] = weights[ours].reshape(state[theirs].shape).clone()
        net.load_state_dict(state)

    return load


@pytest.fixture
def draw_weights(rng):
    """Weights with which signals of both signs reach every layer, and biases that count."""

    def draw():
        weights = {}
        for name, (shape, *_) in SHAPES.items():
            fan_in = torch.Size(shape[1:]).numel()
            scale = 0.3 if name.endswith("bias") else (2 / fan_in) ** 0.5
            weights[name] = torch.from_numpy(rng.normal(scale=scale, size=shape)).float()
        return weights

    return draw


@pytest.fixture
def draw_images(rng):
    """Images with numbers of both signs."""
    return lambda count: torch.from_numpy(rng.normal(size=(count, 1, 32, 32))).float()


@pytest.fixture
def expected():
    """The logits of images for given weights, in float64."""
    return logits


@pytest.fixture
def expected_gradients():
    """The gradients of the inner product of the logits with `upstream`: of the images, and of each weight."""

    def gradients(weights, images, upstream):
        wide = {name: value.double().requires_grad_() for name, value in weights.items()}
        inputs = images.double().requires_grad_()
        with one_thread():
            (logits(wide, inputs) * upstream.double()).sum().backward()
        return {"images": inputs.grad, **{name: value.grad for name, value in wide.items()}}

    return gradients


def logits(weights, images):
    """LeNet-5, a line a layer."""
    w = {name: value.double() for name, value in weights.items()}
    with one_thread():
        x = functional.conv2d(images.double(), w["C1 weight"], w["C1 bias"])
        x = functional.max_pool2d(x.relu(), 2)
        x = functional.conv2d(x, w["C3 weight"], w["C3 bias"])
        x = functional.max_pool2d(x.relu(), 2)
        x = functional.linear(x.flatten(1), w["C5 weight"].reshape(120, 400), w["C5 bias"]).relu()
        x = functional.linear(x, w["F6 weight"].reshape(84, 120), w["F6 bias"]).relu()
        return functional.linear(x, w["output weight"].reshape(10, 84), w["output bias"])


@pytest.fixture
def tells_images_apart(build, draw_images):
    """A check for tests that look at no logits: a net whose logits do not depend on the image earns nothing."""

    def check():
        net = build()
        y = net(draw_images(2))
        assert y.shape == (2, 10)
        assert y.isfinite().all()
        assert (y[0] != y[1]).any()
        return net

    return check
