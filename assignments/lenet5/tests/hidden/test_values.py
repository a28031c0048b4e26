"""The logits for given weights are those of LeNet-5."""

import pytest
import torch

from grader.cases import titled
from grader.compare import assert_close

pytestmark = pytest.mark.task("values")


@pytest.mark.points(2)
@pytest.mark.parametrize(
    ("counts", "training"),
    titled(
        [
            ("one image, then two, in evaluation", (1, 2), False),
            ("one image, then two, in training", (1, 2), True),
            ("several images in evaluation", (3,), False),
            ("several images in training", (5,), True),
        ]
    ),
)
def test_logits(build, put, draw_weights, draw_images, expected, counts, training):
    """Logits, not probabilities: of both signs, and the same in training and in evaluation."""
    net, weights = build(), draw_weights()
    put(net, weights)
    net.train(training)
    for count in counts:
        images = draw_images(count)
        check(net(images), expected(weights, images))


@pytest.mark.title("large numbers of both signs")
def test_large(build, put, draw_weights, draw_images, expected):
    """What is bounded, such as tanh, shows here."""
    net, weights, images = build(), draw_weights(), 20 * draw_images(2)
    put(net, weights)
    check(net(images), expected(weights, images))


@pytest.mark.title("biases alone")
def test_biases(build, put, draw_weights, draw_images, expected):
    """With black images, and weights that are all positive, so that no bias is lost on the way."""
    net, images = build(), torch.zeros(2, 1, 32, 32)
    weights = {name: value.abs() / value[0].numel() ** 0.5 for name, value in draw_weights().items()}
    put(net, weights)
    check(net(images), expected(weights, images))


@pytest.mark.title("a second call, and other weights")
def test_again(build, put, draw_weights, draw_images, expected):
    """Nothing is kept of a call or of earlier weights."""
    net, images = build(), draw_images(3)
    for weights in (draw_weights(), draw_weights()):
        put(net, weights)
        for _ in range(2):
            check(net(images), expected(weights, images))


@pytest.mark.title("the images are as before the call")
@pytest.mark.kind("manners")
def test_images_unchanged(build, put, draw_weights, draw_images):
    """Every number of them, in both modes."""
    net, images = build(), draw_images(2)
    put(net, draw_weights())
    for training in (True, False):
        net.train(training)
        y = net(images)
        assert y.shape == (2, 10)
        assert (y[0] != y[1]).all()
        assert torch.equal(net.call("forward", images).arguments[0], images)


def check(y, right):
    """Compare logits, of float32."""
    assert y.dtype == torch.float32
    assert_close(y.numpy(), right.float().numpy())
