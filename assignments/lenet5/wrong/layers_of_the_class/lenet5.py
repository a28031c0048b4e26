# What: makes the layers once for the class, so all nets share them
import torch
from torch import nn
from torch.nn import functional as F

CONV1, CONV2 = nn.Conv2d(1, 6, 5), nn.Conv2d(6, 16, 5)
FC1, FC2, FC3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = CONV1, CONV2
        self.fc1, self.fc2, self.fc3 = FC1, FC2, FC3

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc1(x.flatten(1)))
        return self.fc3(F.relu(self.fc2(x)))
