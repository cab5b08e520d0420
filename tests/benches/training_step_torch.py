"""The graph of training_step.rs in eager PyTorch: python3 training_step_torch.py <threads>

DGM (Sirignano & Spiliopoulos 2018) of 8 layers of 64 with the adaptive sigmoid, value and tangent carried together; in
place of the chemistry a residual that costs nothing. Prints the fastest and the median step [ms].
"""

import sys
import time

import torch

DEPTH, WIDTH, OUTPUTS = 8, 64, 8
torch.set_num_threads(int(sys.argv[1]))


class Unit(torch.nn.Module):
    """sigma(a (x U + p W + b)) and its derivative by x."""

    def __init__(self, has_state=True):
        super().__init__()
        self.u = torch.nn.Parameter(torch.randn(1, WIDTH))
        self.w = torch.nn.Parameter(torch.randn(WIDTH, WIDTH) / WIDTH**0.5) if has_state else None
        self.b = torch.nn.Parameter(torch.zeros(WIDTH))
        self.a = torch.nn.Parameter(torch.ones(WIDTH))

    def forward(self, x, p=None, dp=None):
        z, dz = x @ self.u + self.b, self.u
        if p is not None:
            z, dz = z + p @ self.w, dz + dp @ self.w
        s = torch.sigmoid(self.a * z)
        return s, s * (1 - s) * self.a * dz


class Dgm(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = Unit(has_state=False)
        self.layers = torch.nn.ModuleList(torch.nn.ModuleList(Unit() for _ in range(4)) for _ in range(DEPTH))
        self.last = torch.nn.Linear(WIDTH, OUTPUTS)

    def forward(self, x):
        p, dp = self.first(x)
        for z_unit, g_unit, r_unit, h_unit in self.layers:
            (z, dz), (g, dg), (r, dr) = z_unit(x, p, dp), g_unit(x, p, dp), r_unit(x, p, dp)
            h, dh = h_unit(x, p * r, dp * r + p * dr)
            p, dp = (1 - g) * h + z * p, (1 - g) * dh - dg * h + dz * p + z * dp
        return self.last(p), dp @ self.last.weight.T


for dtype in (torch.float64, torch.float32):
    torch.set_default_dtype(dtype)
    for points in (1024, 8192):
        model = Dgm()
        adam = torch.optim.Adam(model.parameters(), lr=1e-3)
        x = torch.rand(points, 1) * 2 - 1
        times = []
        for _ in range(10):
            begin = time.perf_counter()
            adam.zero_grad()
            y, slope = model(x)
            ((slope - y) ** 2).mean().backward()
            adam.step()
            times.append(1e3 * (time.perf_counter() - begin))
        times = sorted(times[2:])
        print(f"{dtype} {points}: fastest {times[0]:.1f} ms, median {times[len(times) // 2]:.1f} ms")
