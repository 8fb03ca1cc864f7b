"""Sinusoidal positions of frames."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def sinusoidal_positions(length: int,
                         dim: int,
                         device: torch.device | None = None) -> Tensor:
    """Fixed sine (even channels) and cosine (odd channels) positions.

    Args:
        length (int): Number of frames T.
        dim (int): Number of channels d, odd or even.
        device (torch.device, optional): Where to make them. Defaults to
            None, torch's default.

    Returns:
        Tensor: (T, d) float32. Source: Attention Is All You Need, 3.5.
    """
    position = torch.arange(length, dtype=torch.float32, device=device)
    exponent = torch.arange(0, dim, 2, dtype=torch.float32, device=device)
    scale = torch.exp(exponent * (-math.log(10000.0) / dim))
    angle = position[:, None] * scale
    encoding = torch.zeros(length, dim, device=device)
    encoding[:, 0::2] = angle.sin()
    encoding[:, 1::2] = angle.cos()[:, :dim // 2]
    return encoding
