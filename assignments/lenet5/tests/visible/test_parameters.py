"""What is learned."""


def test_61706_parameters(submission):
    """156 + 2,416 + 48,120 + 10,164 + 850."""
    state = submission.LeNet5().state_dict()
    assert sum(value.numel() for value in state.values()) == 61706


def test_a_weight_and_a_bias_for_each_of_five_layers(submission):
    """Ten tensors."""
    state = submission.LeNet5().state_dict()
    sizes = sorted(value.numel() for value in state.values())
    assert sizes == [6, 10, 16, 84, 120, 150, 840, 2400, 10080, 48000]
