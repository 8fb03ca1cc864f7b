"""A small trained detour behind a frozen linear layer."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class AdaptedLinear(nn.Linear):
    """A linear layer followed by ``x + up(ReLU(down x))``.

    In place of the two output layers of a transformer layer, it adapts what
    comes before dropout and the residual sum. Source: FrozenBiLM (arXiv
    2206.08155), adapters.

    Args:
        in_features (int): Width of the input.
        out_features (int): Width D of the output.
        factor (int): The bottleneck is D // factor wide.
        std (float): Standard deviation of the adapter's initial weights; its
            biases start at 0.
    """

    def __init__(self, in_features: int, out_features: int, factor: int,
                 std: float) -> None:
        super().__init__(in_features, out_features)
        self.down = nn.Linear(out_features, out_features // factor)
        self.up = nn.Linear(out_features // factor, out_features)
        self.std = std

    def init_adapter(self) -> None:
        """Draw the adapter's weights, near zero."""
        for part in (self.down, self.up):
            nn.init.normal_(part.weight, std=self.std)
            nn.init.zeros_(part.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Map ``x``, (..., in_features), to (..., out_features)."""
        y = super().forward(x)
        return y + self.adapt(y)

    def adapt(self, y: Tensor) -> Tensor:
        """What the adapter adds to the frozen layer's output ``y``."""
        added: Tensor = self.up(torch.relu(self.down(y)))
        return added
