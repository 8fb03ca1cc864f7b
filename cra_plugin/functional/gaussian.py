"""Gaussian smoothing and Gaussian masks along the frames."""

from __future__ import annotations

import torch
from torch import Tensor

BORDERS = ('renormalize', 'reflect', 'zero')


def gaussian_filter(weights: Tensor,
                    sigma: Tensor,
                    kernel_size: int = 5,
                    border: str = 'renormalize',
                    mask: Tensor | None = None) -> Tensor:
    """Smooth frame weights with a normalized Gaussian.

    Args:
        weights (Tensor): (B, T) frame weights.
        sigma (Tensor): () or (B, 1), standard deviation in frames.
        kernel_size (int): Number of taps; an even number has one more before
            the frame than after it. Defaults to 5.
        border (str): What lies beyond the first and last real frame:
            ``'renormalize'`` divides by the taps that fall on real frames,
            ``'reflect'`` mirrors without repeating the border frame,
            ``'zero'`` adds nothing. Defaults to 'renormalize'.
        mask (Tensor, optional): (B, T), True where real; real frames come
            first. Defaults to None.

    Returns:
        Tensor: (B, T); padding gets 0. Source: CRA, Gaussian filter of the
        GSG head.
    """
    batch, length = weights.shape
    offsets = torch.arange(kernel_size, device=weights.device)
    offsets = offsets - kernel_size // 2
    taps = torch.exp(-offsets**2 / (2 * sigma**2)).expand(batch, -1)
    taps = (taps / taps.sum(dim=-1, keepdim=True))[:, None]
    if mask is None:
        mask = torch.ones_like(weights, dtype=torch.bool)
    last = mask.sum(dim=1)[:, None, None] - 1
    index = torch.arange(length, device=weights.device)[:, None] + offsets
    index = index.expand(batch, -1, -1)
    if border == 'reflect':
        index = _reflect(index, last)
    inside = ((index >= 0) & (index <= last)).to(weights.dtype)
    index = index.clamp(0, length - 1).flatten(1)
    neighbors = weights.gather(1, index).view(batch, length, kernel_size)
    smoothed = (neighbors * inside * taps).sum(dim=-1)
    if border == 'renormalize':
        smoothed = smoothed / (inside * taps).sum(dim=-1).clamp(min=1e-12)
    return smoothed * mask


def _reflect(index: Tensor, last: Tensor) -> Tensor:
    """Mirror indices into [0, last], however short the video is."""
    period = (2 * last).clamp(min=1)
    index = index.remainder(period)
    return torch.where(index > last, period - index, index)


def gaussian_logits(center: Tensor,
                    width: Tensor,
                    mask: Tensor,
                    sharpness: float = 9.0) -> Tensor:
    """Logarithm of a Gaussian over the frames, up to a constant.

    Args:
        center (Tensor): (B,), fraction of the video, in [0, 1].
        width (Tensor): (B,), fraction of the video, in (0, 1].
        mask (Tensor): (B, T), True where real; real frames come first.
        sharpness (float): The standard deviation is width / sharpness.
            Defaults to 9.0.

    Returns:
        Tensor: (B, T); softmax makes the Gaussian mask of it. Source:
        NExT-GQA, naive Gaussian grounding (NG).
    """
    frames = torch.arange(mask.shape[1], device=mask.device)
    count = mask.sum(dim=1, keepdim=True)
    position = frames / (count - 1).clamp(min=1)
    deviation = width.clamp(min=1e-2)[:, None] / sharpness
    return -0.5 * ((position - center[:, None]) / deviation)**2
