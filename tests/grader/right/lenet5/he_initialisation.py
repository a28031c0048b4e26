import torch
from torch import nn


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)
        for layer in self.children():
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        x = nn.functional.max_pool2d(self.conv1(x).clamp(min=0), 2)
        x = nn.functional.max_pool2d(self.conv2(x).clamp(min=0), 2)
        x = self.fc1(x.flatten(start_dim=1)).clamp(min=0)
        return self.fc3(self.fc2(x).clamp(min=0))
