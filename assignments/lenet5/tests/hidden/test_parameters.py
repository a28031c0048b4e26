"""What is learned: 61,706 numbers, those of the five layers and no others."""

import pytest
import torch

pytestmark = [pytest.mark.task("parameters"), pytest.mark.kind("manners")]

COUNT = 61_706


@pytest.mark.points(2)
@pytest.mark.title("61,706 trainable parameters")
def test_count(tells_images_apart):
    """None frozen, none too many."""
    parameters = tells_images_apart().parameters()
    assert sum(value.numel() for value in parameters.values() if value.requires_grad) == COUNT


@pytest.mark.points(2)
@pytest.mark.title("the weights and biases of each layer")
def test_layers(tells_images_apart, names):
    """Ten tensors of the right shapes."""
    net = tells_images_apart()
    assert len(net.parameters()) == len(names(net))


@pytest.mark.title("the parameters are all in the state_dict")
def test_state(tells_images_apart):
    """So that a trained net can be kept and come back."""
    net = tells_images_apart()
    state, parameters = net.state_dict(), net.parameters()
    assert sum(value.numel() for value in parameters.values()) == COUNT
    assert parameters.keys() <= state.keys()
    assert all(torch.equal(state[name], value) for name, value in parameters.items())


@pytest.mark.title("the weights begin at random")
def test_initialisation(tells_images_apart, names):
    """Not all alike within a layer, and none so large that signals explode."""
    net = tells_images_apart()
    parameters = net.parameters()
    for ours, theirs in names(net).items():
        assert parameters[theirs].abs().max() < 10, ours
        if ours.endswith("weight"):
            assert parameters[theirs].std() > 1e-4, ours


@pytest.mark.title("two nets have weights of their own")
def test_two_nets(tells_images_apart, build, draw_images):
    """What is put into one leaves the other alone."""
    net, other = tells_images_apart(), build()
    net.eval()
    images = draw_images(2)
    before = net(images)
    other.load_state_dict({name: torch.zeros_like(value) for name, value in other.state_dict().items()})
    assert torch.equal(net(images), before)
