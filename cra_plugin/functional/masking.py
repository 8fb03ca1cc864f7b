"""Softmax and mean over the real entries of a padded axis."""

from __future__ import annotations

import torch
from torch import Tensor


def masked_softmax(logits: Tensor, mask: Tensor | None = None) -> Tensor:
    """Softmax over the last axis in which padding gets exactly 0.

    It is computed in at least 32 bits, which autocast does on GPUs only: in
    bfloat16 weights differ from each other by 0.4 % at least.

    Args:
        logits (Tensor): (..., T) scores.
        mask (Tensor, optional): (..., T), True where real. Defaults to None,
            all real.

    Returns:
        Tensor: (..., T), a distribution over the real entries.
    """
    logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
    if mask is not None:
        logits = logits.masked_fill(~mask, torch.finfo(logits.dtype).min)
    weights = logits.softmax(dim=-1)
    return weights if mask is None else weights * mask


def masked_mean(values: Tensor, mask: Tensor | None = None) -> Tensor:
    """Mean over the frames that are real.

    Args:
        values (Tensor): (B, T, d).
        mask (Tensor, optional): (B, T), True where real. Defaults to None.

    Returns:
        Tensor: (B, d).
    """
    if mask is None:
        return values.mean(dim=1)
    weights = mask.to(values.dtype)
    total = torch.einsum('bt,btd->bd', weights, values)
    return total / weights.sum(dim=1, keepdim=True)


def weighted_sum(values: Tensor, weights: Tensor) -> Tensor:
    """Pool frames by their weights.

    Args:
        values (Tensor): (B, T, d).
        weights (Tensor): (B, T), or (B, M, T).

    Returns:
        Tensor: (B, d), or (B, M, d).
    """
    weights = weights.to(values.dtype)
    if weights.ndim == 3:
        return weights @ values
    return torch.einsum('bt,btd->bd', weights, values)
