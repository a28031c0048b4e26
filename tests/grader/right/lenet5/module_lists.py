import torch
from torch import nn


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        channels, widths = [1, 6, 16], [400, 120, 84, 10]
        self.convolutions = nn.ModuleList(nn.Conv2d(a, b, 5) for a, b in zip(channels, channels[1:]))
        self.linears = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths, widths[1:]))

    def forward(self, x):
        for convolution in self.convolutions:
            x = nn.functional.max_pool2d(convolution(x).relu(), 2)
        x = x.flatten(1)
        for number, linear in enumerate(self.linears):
            x = linear(x if number == 0 else x.relu())
        return x
