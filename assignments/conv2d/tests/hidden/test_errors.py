"""Calls that make no sense raise ValueError."""

import numpy as np
import pytest

from grader.cases import titled

pytestmark = [pytest.mark.task("errors"), pytest.mark.kind("error")]


@pytest.mark.parametrize(
    ("images", "filters", "more"),
    titled(
        [
            ("more channels in the image than in the filters", (2, 3, 5, 7), (4, 2, 3, 2), {}),
            ("one channel in the image and three in the filters", (2, 1, 5, 7), (4, 3, 3, 2), {}),
            ("three channels in the image and one in the filters", (2, 3, 5, 7), (4, 1, 3, 2), {}),
            ("a window higher than the image", (2, 3, 4, 7), (4, 3, 5, 2), {}),
            ("a window wider than the padded image", (2, 3, 9, 3), (4, 3, 2, 6), {"padding": 1}),
            ("a dilated window higher than the image", (2, 3, 6, 9), (4, 3, 3, 2), {"dilation": 3}),
            ("a window wider than the image with stride 2", (2, 3, 6, 4), (4, 3, 3, 5), {"stride": 2}),
        ]
    ),
)
def test_value_error(submission, works_on_one_pixel, images, filters, more):
    """The window is one row or column too large, so that a result would be empty, not negative."""
    works_on_one_pixel()
    with pytest.raises(ValueError):  # noqa: PT011  # what it says is the student's own
        submission.conv2d(np.ones(images), np.ones(filters), **more)
