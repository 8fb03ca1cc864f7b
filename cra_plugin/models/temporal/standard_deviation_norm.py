"""The normalization of the released temporal encoder."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class StandardDeviationNorm(nn.Module):
    """Divide by the unbiased standard deviation plus epsilon.

    Unlike :class:`torch.nn.LayerNorm`, epsilon is added to the standard
    deviation rather than to the variance. It serves the ``release`` preset.

    Args:
        dim (int): Number of channels.
        eps (float): Added to the standard deviation. Defaults to 1e-6.
    """

    def __init__(self, dim: int, eps: float = 1e-6) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))
        self.bias = nn.Parameter(torch.zeros(dim))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        """Normalize the last axis of ``x``, (..., dim)."""
        centered = x - x.mean(dim=-1, keepdim=True)
        deviation = x.std(dim=-1, keepdim=True)
        return self.weight * centered / (deviation + self.eps) + self.bias
