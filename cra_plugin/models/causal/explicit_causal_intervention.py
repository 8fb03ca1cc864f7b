"""Explicit Causal Intervention: both adjustments, each switchable."""

from __future__ import annotations

from typing import Any

from mmengine.model import BaseModule
from torch import Tensor

from cra_plugin.models.build_part import build_part
from cra_plugin.registry import MODELS


@MODELS.register_module()
class ExplicitCausalIntervention(BaseModule):
    """ECI of CRA: front-door for the video, back-door for the query.

    Args:
        d_model (int): Width of the features.
        feature_dim (int): Width of the frame features before the model.
        front_door (dict, optional): Config of the visual intervention;
            None switches it off. Defaults to None.
        back_door (dict, optional): Config of the linguistic intervention;
            None switches it off. Defaults to None.
        init_cfg (dict, optional): Of :class:`mmengine.model.BaseModule`.
            Defaults to None.
    """

    def __init__(self,
                 d_model: int,
                 feature_dim: int,
                 front_door: dict[str, Any] | None = None,
                 back_door: dict[str, Any] | None = None,
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(init_cfg)
        name = 'ExplicitCausalIntervention'
        self.front_door: Any = build_part(
            f'{name}.front_door', MODELS, front_door, d_model=d_model,
            feature_dim=feature_dim)
        self.back_door: Any = build_part(
            f'{name}.back_door', MODELS, back_door, d_model=d_model)

    def deconfound_query(self, query: Tensor) -> Tensor:
        """Adjust the query, (B, d), for linguistic confounders."""
        return query if self.back_door is None else self.back_door(query)

    def deconfound_video(self, mediator: Tensor, video: Tensor,
                         frames: Tensor, mask: Tensor | None) -> Tensor:
        """Adjust the grounded feature for visual confounders.

        Args:
            mediator (Tensor): (B, d), the grounded feature.
            video (Tensor): (B, d), the mean feature of the video.
            frames (Tensor): (B, T, d), in the same space.
            mask (Tensor, optional): (B, T), True where real.

        Returns:
            Tensor: (B, d).
        """
        if self.front_door is None:
            return mediator
        adjusted: Tensor = self.front_door(mediator, video, frames, mask)
        return adjusted
