"""LeNet-5 with ReLU and max pooling."""

import torch
from torch import nn


class LeNet5(nn.Module):
    """Two convolutions with pooling, then three fully connected layers.

    The sizes of an image on its way: 1 x 32 x 32, C1 6 x 28 x 28, S2 6 x 14 x 14, C3 16 x 10 x 10,
    S4 16 x 5 x 5, C5 120, F6 84, output 10. C5 is a linear layer here; a 5 x 5 convolution over the
    5 x 5 maps of S4 has the same weights and computes the same.
    """

    def __init__(self):
        super().__init__()
        self.c1 = nn.Conv2d(1, 6, 5)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Linear(16 * 5 * 5, 120)
        self.f6 = nn.Linear(120, 84)
        self.output = nn.Linear(84, 10)

    def forward(self, x):
        """Give the logits (N, 10) of images (N, 1, 32, 32)."""
        x = nn.functional.max_pool2d(torch.relu(self.c1(x)), 2)
        x = nn.functional.max_pool2d(torch.relu(self.c3(x)), 2)
        x = torch.relu(self.c5(x.flatten(1)))
        x = torch.relu(self.f6(x))
        return self.output(x)  # logits: the softmax sits in the loss
