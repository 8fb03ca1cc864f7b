"""Debiasing: what keeps scenes and language out of the answers."""

from __future__ import annotations

from typing import Any

from mmengine.model import BaseModule
from torch import Tensor

from cra_plugin.models.build_part import build_default_part
from cra_plugin.registry import MODELS


@MODELS.register_module()
class Debiasing(BaseModule):
    """Scene gradient reversal and blind language, each switchable.

    Args:
        d_model (int): Width of the features.
        feature_dim (int): Width of the frame features before the model.
        scene_reversal (dict, optional): Config of a :class:`SceneReversal`,
            whose type may be left out; None switches it off. Defaults to
            None.
        blind_language (dict, optional): The same of a
            :class:`BlindLanguage`. Defaults to None.
        init_cfg (dict, optional): Of :class:`mmengine.model.BaseModule`.
            Defaults to None.
    """

    def __init__(self,
                 d_model: int,
                 feature_dim: int,
                 scene_reversal: dict[str, Any] | None = None,
                 blind_language: dict[str, Any] | None = None,
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(init_cfg)
        self.scene_reversal: Any = build_default_part(
            'Debiasing.scene_reversal', MODELS, 'cra_plugin.SceneReversal',
            scene_reversal, d_model=d_model, feature_dim=feature_dim)
        self.blind_language: Any = build_default_part(
            'Debiasing.blind_language', MODELS, 'cra_plugin.BlindLanguage',
            blind_language, d_model=d_model)

    def losses(self, branch: str, video: Tensor, weights: Tensor,
               features: Tensor, candidates: Tensor,
               target: Tensor) -> dict[str, Tensor]:
        """Compute the losses of one branch.

        Args:
            branch (str): ``'vqa'`` or ``'vq'``; language is blind in the
                first alone, whose candidates are answers.
            video (Tensor): (B, d), grounded features of true candidates.
            weights (Tensor): (B, T), with which they were pooled.
            features (Tensor): (B, T, D), frame features before the model.
            candidates (Tensor): (B, M, d).
            target (Tensor): (B,), indices of the true ones.

        Returns:
            dict[str, Tensor]: ``loss_scene_{branch}`` and
            ``loss_blind_vqa``, where they are on.
        """
        losses = {}
        if self.scene_reversal is not None:
            losses[f'loss_scene_{branch}'] = self.scene_reversal(
                video, weights, features)
        if self.blind_language is not None and branch == 'vqa':
            losses['loss_blind_vqa'] = self.blind_language.loss(
                candidates, target)
        return losses

    def adjust(self, logits: Tensor, candidates: Tensor) -> Tensor:
        """Give the logits, (B, M), that answers are chosen by.

        Args:
            logits (Tensor): (B, M).
            candidates (Tensor): (B, M, d), answers.

        Returns:
            Tensor: (B, M).
        """
        if self.blind_language is None:
            return logits
        adjusted: Tensor = self.blind_language.subtract(logits, candidates)
        return adjusted
