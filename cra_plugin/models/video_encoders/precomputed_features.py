"""Frame features that were extracted beforehand."""

from __future__ import annotations

from typing import Any

from mmengine.model import BaseModule
from torch import Tensor

from cra_plugin.errors import InputError
from cra_plugin.models.video_encoders.feature_norm import FeatureNorm
from cra_plugin.registry import MODELS


@MODELS.register_module()
class PrecomputedFeatures(BaseModule):
    """Hand on frame features as they were read, after checking their width.

    Args:
        out_dim (int): Width D of the features. Defaults to 768, CLIP
            ViT-L/14.
        feature_norm (dict, optional): Config of a :class:`FeatureNorm`,
            such as ``dict(type='BN1d')``. Defaults to None.
        init_cfg (dict, optional): Of :class:`mmengine.model.BaseModule`.
            Defaults to None.
    """

    def __init__(self,
                 out_dim: int = 768,
                 feature_norm: dict[str, Any] | None = None,
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(init_cfg)
        self.out_dim = out_dim
        self.feature_norm = None if feature_norm is None else FeatureNorm(
            feature_norm, out_dim)

    def forward(self, frames: Tensor) -> Tensor:
        """Return ``frames``, (B, T, D), normalized if that is asked for.

        Raises:
            InputError: If their width is not ``out_dim``.
        """
        if frames.shape[-1] != self.out_dim:
            raise InputError(
                'PrecomputedFeatures.out_dim',
                f'{self.out_dim}, while the frame features have width '
                f'{frames.shape[-1]}', 'the width of the features',
                'set --cfg-options PrecomputedFeatures.out_dim='
                f'{frames.shape[-1]}, or read other features')
        return frames if self.feature_norm is None else self.feature_norm(
            frames)
