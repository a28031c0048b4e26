import math

import torch
from torch.nn import functional as F


def drawn(*shape):
    bound = 1 / math.sqrt(math.prod(shape[1:]))
    return torch.nn.Parameter(torch.empty(shape).uniform_(-bound, bound))


class LeNet5(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w1, self.b1 = drawn(6, 1, 5, 5), torch.nn.Parameter(torch.zeros(6))
        self.w3, self.b3 = drawn(16, 6, 5, 5), torch.nn.Parameter(torch.zeros(16))
        self.w5, self.b5 = drawn(120, 400), torch.nn.Parameter(torch.zeros(120))
        self.w6, self.b6 = drawn(84, 120), torch.nn.Parameter(torch.zeros(84))
        self.w7, self.b7 = drawn(10, 84), torch.nn.Parameter(torch.zeros(10))

    def forward(self, x):
        x = F.max_pool2d(F.relu(F.conv2d(x, self.w1, self.b1)), 2)
        x = F.max_pool2d(F.relu(F.conv2d(x, self.w3, self.b3)), 2)
        x = F.relu(x.flatten(1) @ self.w5.T + self.b5)
        x = F.relu(x @ self.w6.T + self.b6)
        return x @ self.w7.T + self.b7
