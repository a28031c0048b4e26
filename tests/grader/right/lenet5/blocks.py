import torch
from torch import nn


class Stage(nn.Module):
    """A convolution, ReLU and pooling."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, 5)

    def forward(self, x):
        return nn.functional.max_pool2d(torch.relu(self.convolution(x)), 2)


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.stages = nn.ModuleDict({"first": Stage(1, 6), "second": Stage(6, 16)})
        self.head = nn.Sequential(nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))

    def forward(self, x):
        for stage in self.stages.values():
            x = stage(x)
        return self.head(x.reshape(len(x), -1))
