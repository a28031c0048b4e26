"""Logits that can be told without computing much."""

import torch


def test_logits_are_no_probabilities(submission):
    """Without weights only the biases of the last layer are left, and they come out as they are."""
    net = submission.LeNet5()
    state = {name: torch.zeros_like(value) for name, value in net.state_dict().items()}
    biases = torch.arange(10.0) - 4
    for value in state.values():
        if value.shape == (10,):
            value.copy_(biases)
    net.load_state_dict(state)
    y = net(torch.ones(2, 1, 32, 32))
    assert torch.equal(y.detach(), torch.stack([biases, biases]))


def test_another_image_gives_other_logits(submission):
    """And the same image the same."""
    net = submission.LeNet5()
    black, white = torch.zeros(1, 1, 32, 32), torch.ones(1, 1, 32, 32)
    first = net(black).detach()
    assert not torch.equal(net(white).detach(), first)
    assert torch.equal(net(black).detach(), first)
