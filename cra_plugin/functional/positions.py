"""Sinusoidal positions of frames."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def sinusoidal_positions(length: int, dim: int) -> Tensor:
    """Fixed sine (even channels) and cosine (odd channels) positions.

    Args:
        length (int): Number of frames T.
        dim (int): Number of channels d, odd or even.

    Returns:
        Tensor: (T, d) float32. Source: Attention Is All You Need, 3.5.
    """
    position = torch.arange(length, dtype=torch.float32)[:, None]
    exponent = torch.arange(0, dim, 2, dtype=torch.float32)
    angle = position * torch.exp(exponent * (-math.log(10000.0) / dim))
    encoding = torch.zeros(length, dim)
    encoding[:, 0::2] = angle.sin()
    encoding[:, 1::2] = angle.cos()[:, :dim // 2]
    return encoding
