"""Naive Gaussian grounding: one Gaussian of predicted center and width."""

from __future__ import annotations

from typing import Any

import torch
from mmengine.model import BaseModule
from torch import Tensor, nn

from cra_plugin.functional.gaussian import gaussian_logits
from cra_plugin.functional.masking import masked_softmax, weighted_sum
from cra_plugin.models.heads.grounding_output import GroundingOutput
from cra_plugin.models.heads.posthoc_head import frame_scorer
from cra_plugin.registry import MODELS


@MODELS.register_module()
class NGHead(BaseModule):
    """Baselines NG and NG+: a Gaussian mask over the frames' attention.

    The query attends to the frames; from what it found and itself, center
    and width of a Gaussian are predicted, and that Gaussian re-weights the
    question-blind frame attention. NG+ is NG with the question cross entropy
    of the VQ branch (``model.question_loss``). Source: NExT-GQA, naive
    Gaussian (NG, NG+) baselines.

    Args:
        d_model (int): Width of frames and query.
        sharpness (float): The Gaussian's standard deviation is its width
            divided by this. Defaults to 9.0.
        init_cfg (dict, optional): Of :class:`mmengine.model.BaseModule`.
            Defaults to None.
    """

    def __init__(self,
                 d_model: int,
                 sharpness: float = 9.0,
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(init_cfg)
        self.scorer = frame_scorer(d_model)
        self.frame_projection = nn.Linear(d_model, d_model)
        self.query_projection = nn.Linear(d_model, d_model)
        self.gaussian = nn.Sequential(
            nn.LayerNorm(2 * d_model), nn.Linear(2 * d_model, d_model),
            nn.GELU(), nn.Linear(d_model, 2))
        self.sharpness = sharpness

    def forward(self,
                frames: Tensor,
                query: Tensor,
                mask: Tensor | None = None) -> GroundingOutput:
        """Distribute the query's attention over the frames.

        Args:
            frames (Tensor): (B, T, d) frame states.
            query (Tensor): (B, d), or (B, M, d), one per candidate.
            mask (Tensor, optional): (B, T), True where real. Defaults to
                None.

        Returns:
            GroundingOutput: ``raw_weights`` is the attention without the
            Gaussian; (B, T) each, or (B, M, T).
        """
        if mask is None:
            mask = frames.new_ones(frames.shape[:2], dtype=torch.bool)
        logits = self.scorer(frames).squeeze(-1)
        center, width = self.predict_gaussian(frames, query, mask)
        if query.ndim == 3:
            number = query.shape[1]
            logits, mask = (each.repeat_interleave(number, dim=0)
                            for each in (logits, mask))
            center, width = center.flatten(), width.flatten()
        gaussian = gaussian_logits(center, width, mask, self.sharpness)
        weights, raw_weights = (
            masked_softmax(each, mask).view(*query.shape[:-1], -1)
            for each in (logits + gaussian, logits))
        return GroundingOutput(weights, raw_weights)

    def predict_gaussian(self, frames: Tensor, query: Tensor,
                         mask: Tensor) -> tuple[Tensor, Tensor]:
        """Predict center and width as fractions of the video.

        Args:
            frames (Tensor): (B, T, d) frame states.
            query (Tensor): (B, d), or (B, M, d).
            mask (Tensor): (B, T), True where real.

        Returns:
            tuple[Tensor, Tensor]: (B,) each, or (B, M).
        """
        keys = self.frame_projection(frames)
        asked = self.query_projection(query)
        seen = keys
        if query.ndim == 3:
            seen, mask = keys[:, None], mask[:, None]
        scores = torch.einsum('...td,...d->...t', seen,
                              asked) / keys.shape[-1]**0.5
        found = weighted_sum(keys, masked_softmax(scores, mask))
        fused = torch.cat((found, asked), dim=-1)
        center, width = self.gaussian(fused).float().sigmoid().unbind(dim=-1)
        return center, width
