"""Any number of images gives as many rows of ten logits, in training and in evaluation."""

import pytest
import torch

from grader.cases import titled

pytestmark = [pytest.mark.task("shapes"), pytest.mark.kind("shape")]


@pytest.mark.parametrize(
    ("count", "training"),
    titled(
        [
            ("one image in training", 1, True),
            ("one image in evaluation", 1, False),
            ("several images in training", 3, True),
            ("several images in evaluation", 7, False),
        ]
    ),
)
def test_shape(build, draw_images, count, training):
    """Of float32, as the images."""
    net = build()
    net.train(training)
    y = net(draw_images(count))
    assert y.shape == (count, 10)
    assert y.dtype == torch.float32
