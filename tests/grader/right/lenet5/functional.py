import torch
import torch.nn.functional as F


class LeNet5(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.C1 = torch.nn.Conv2d(in_channels=1, out_channels=6, kernel_size=(5, 5))
        self.C3 = torch.nn.Conv2d(in_channels=6, out_channels=16, kernel_size=(5, 5))
        self.C5 = torch.nn.Linear(16 * 5 * 5, 120)
        self.F6 = torch.nn.Linear(120, 84)
        self.out = torch.nn.Linear(84, 10)

    def forward(self, x):
        s2 = F.max_pool2d(F.relu(self.C1(x)), kernel_size=2, stride=2)
        s4 = F.max_pool2d(F.relu(self.C3(s2)), kernel_size=2, stride=2)
        c5 = F.relu(self.C5(s4.view(x.size(0), -1)))
        return self.out(F.relu(self.F6(c5)))
