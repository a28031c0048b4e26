import torch
from torch import nn


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, 6, 5),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 120, 5),
            nn.ReLU(inplace=True),
            nn.Conv2d(120, 84, 1),
            nn.ReLU(inplace=True),
            nn.Conv2d(84, 10, 1),
            nn.Flatten(),
        )

    def forward(self, x):
        return self.layers(x)
