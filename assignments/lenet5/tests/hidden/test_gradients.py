"""The gradients of the weights of each layer, and of the images."""

import pytest

from grader.cases import titled
from grader.compare import assert_close

pytestmark = pytest.mark.task("gradients")


@pytest.mark.parametrize(
    "layer",
    titled([(f"the weights and biases of {layer}", layer) for layer in ("C1", "C3", "C5", "F6", "output")]),
)
def test_weights(build, put, names, draw_weights, draw_images, expected_gradients, layer):
    """For a random gradient of the logits."""
    net, weights, images = build(), draw_weights(), draw_images(3)
    put(net, weights)
    upstream = draw_images(1)[0, 0, :3, :10]
    found = net.vjp([images], upstream).parameters
    right, theirs = expected_gradients(weights, images, upstream), names(net)
    for name in (f"{layer} weight", f"{layer} bias"):
        gradient = found.get(theirs[name])
        assert gradient is not None, f"no gradient of {name}"
        shape = net.parameters()[theirs[name]].shape
        assert_close(gradient.numpy(), right[name].reshape(shape).float().numpy(), what=f"the gradient of {name}")


@pytest.mark.title("the images")
def test_images(build, put, draw_weights, draw_images, expected_gradients):
    """The gradient goes through all layers."""
    net, weights, images = build(), draw_weights(), draw_images(2)
    put(net, weights)
    upstream = draw_images(1)[0, 0, :2, :10]
    [gradient] = net.vjp([images], upstream).inputs
    assert gradient is not None, "no gradient of the images"
    assert_close(gradient.numpy(), expected_gradients(weights, images, upstream)["images"].float().numpy())
