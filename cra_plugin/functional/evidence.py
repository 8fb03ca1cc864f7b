"""Scores of frames against texts, pooled over time by log-mean-exp."""

from __future__ import annotations

import torch
from torch import Tensor


def frame_evidence(texts: Tensor, frames: Tensor,
                   temperature: Tensor | float = 1.0) -> Tensor:
    """Score every frame against every text, in float32.

    Args:
        texts (Tensor): (B, M, d).
        frames (Tensor): (B, T, d).
        temperature (Tensor | float): Divides the dot products. Defaults to
            1.0.

    Returns:
        Tensor: (B, M, T).
    """
    # What is summed in exponents must not be rounded by autocast.
    with torch.autocast(frames.device.type, enabled=False):
        scores = texts.float() @ frames.float().transpose(-1, -2)
    return scores / temperature


def pool_evidence(scores: Tensor, mask: Tensor) -> Tensor:
    """Pool scores over the real frames: logsumexp less log of their number.

    Args:
        scores (Tensor): (..., T).
        mask (Tensor): (..., T) after broadcasting, True where real.

    Returns:
        Tensor: (...), between the mean and the maximum of the real scores.
    """
    masked = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    number = mask.sum(dim=-1).to(scores.dtype)
    return masked.logsumexp(dim=-1) - number.log()
