"""Explicit Causal Intervention: both adjustments, each switchable."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from cra_plugin.registry import MODELS


@MODELS.register_module()
class ExplicitCausalIntervention(nn.Module):
    """ECI of CRA: front-door for the video, back-door for the query.

    Args:
        d_model (int): Width of the features.
        feature_dim (int): Width of the frame features before the model.
        front_door (dict, optional): Config of the visual intervention;
            None switches it off. Defaults to None.
        back_door (dict, optional): Config of the linguistic intervention;
            None switches it off. Defaults to None.
    """

    def __init__(self,
                 d_model: int,
                 feature_dim: int,
                 front_door: dict[str, Any] | None = None,
                 back_door: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.front_door: Any = None
        self.back_door: Any = None
        if front_door is not None:
            self.front_door = MODELS.build(
                dict(front_door),
                default_args=dict(d_model=d_model, feature_dim=feature_dim))
        if back_door is not None:
            self.back_door = MODELS.build(
                dict(back_door), default_args=dict(d_model=d_model))

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
