"""A copy whose gradient points the other way."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class _Reversal(torch.autograd.Function):
    """Identity forward, minus ``strength`` times the gradient backward."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, strength: float) -> Tensor:
        ctx.strength = strength
        return values.view_as(values)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        return -ctx.strength * gradient, None


def reverse_gradient(values: Tensor, strength: float) -> Tensor:
    """Hand values on, and their gradient back times ``-strength``.

    What is trained on the copy learns as ever, while what made the values
    learns to defeat it. Source: arXiv 1409.7495.

    Args:
        values (Tensor): Of any shape.
        strength (float): 0 hands no gradient back.

    Returns:
        Tensor: The same values.
    """
    reversed_values: Tensor = _Reversal.apply(values, strength)
    return reversed_values
