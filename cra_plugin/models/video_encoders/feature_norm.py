"""Brings the features of frames to one scale."""

from __future__ import annotations

from typing import Any

from mmcv.cnn import build_norm_layer
from torch import Tensor, nn


class FeatureNorm(nn.Module):
    """Normalize each feature over all frames of a batch.

    Features whose differences are small beside their mean, as those of a
    backbone from scratch or with random weights, are learned from much sooner
    with it.

    Args:
        config (dict): Config of the layer, such as ``dict(type='BN1d')`` or,
            on several GPUs, ``dict(type='SyncBN')``.
        dim (int): Width D of the features.
    """

    def __init__(self, config: dict[str, Any], dim: int) -> None:
        super().__init__()
        self.norm: nn.Module = build_norm_layer(config, dim)[1]

    def forward(self, frames: Tensor) -> Tensor:
        """Normalize ``frames``, (B, T, D)."""
        normed: Tensor = self.norm(frames.flatten(0, 1)).view_as(frames)
        return normed
