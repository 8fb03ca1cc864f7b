"""Gaussian Smoothing Grounding: which frames show what the query asks."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from cra_plugin.errors import check_choice
from cra_plugin.functional.masking import masked_softmax
from cra_plugin.models.heads.gaussian_smoothing import GaussianSmoothing
from cra_plugin.models.heads.grounding_output import GroundingOutput
from cra_plugin.registry import MODELS

GATES = ('tanh', 'scaled_tanh', 'product', 'dot')


@MODELS.register_module()
class GSGHead(nn.Module):
    """Gaussian Smoothing Grounding head of CRA.

    ``v' = GELU(Linear(LN x))`` and ``q' = GELU(Linear(LN q))`` meet in the
    gate, an MLP and a softmax over the frames make a distribution of it, and
    a Gaussian filter smooths that along time. Source: CRA, GSG module.

    Args:
        d_model (int): Width of frames and query.
        gate (str): How the question conditions the frames. ``'tanh'``: the
            scalar ``tanh(v' . q')`` times v', as released, which the
            LayerNorm behind it cancels up to its sign; ``'scaled_tanh'``:
            the same with the dot product divided by sqrt(d);
            ``'product'``: the element-wise product v' * q'; ``'dot'``: the
            scaled dot product itself is the logit, without MLP. Defaults to
            'product'.
        kernel_size (int): Of this and what follows see
            :class:`GaussianSmoothing`. Defaults to 5.
        sigma (str): Defaults to 'positive'.
        sigma_init (float): Frames. Defaults to 1.0.
        normalize (str): Defaults to 'sum'.
        border (str): Defaults to 'renormalize'.

    Raises:
        InputError: If ``gate`` is none of the four.
    """

    def __init__(self,
                 d_model: int,
                 gate: str = 'product',
                 kernel_size: int = 5,
                 sigma: str = 'positive',
                 sigma_init: float = 1.0,
                 normalize: str = 'sum',
                 border: str = 'renormalize') -> None:
        super().__init__()
        check_choice('model.grounding_head.gate', gate, GATES)
        self.gate = gate
        self.frame_projection = self._projection(d_model)
        self.query_projection = self._projection(d_model)
        if gate != 'dot':
            self.scorer = nn.Sequential(
                nn.LayerNorm(d_model), nn.Linear(d_model, d_model // 2),
                nn.GELU(), nn.Linear(d_model // 2, 1))
        self.smoothing = GaussianSmoothing(
            d_model, kernel_size, sigma, sigma_init, normalize, border)

    @staticmethod
    def _projection(d_model: int) -> nn.Sequential:
        return nn.Sequential(
            nn.LayerNorm(d_model), nn.Linear(d_model, d_model), nn.GELU())

    def forward(self,
                frames: Tensor,
                query: Tensor,
                mask: Tensor | None = None) -> GroundingOutput:
        """Distribute the query's attention over the frames.

        Args:
            frames (Tensor): (B, T, d) frame states.
            query (Tensor): (B, d).
            mask (Tensor, optional): (B, T), True where real. Defaults to
                None.

        Returns:
            GroundingOutput: Distributions over the frames, (B, T).
        """
        logits = self._logits(
            self.frame_projection(frames), self.query_projection(query))
        raw = masked_softmax(logits, mask)
        return GroundingOutput(self.smoothing(raw, query, mask), raw)

    def _logits(self, frames: Tensor, query: Tensor) -> Tensor:
        """Score each frame, (B, T)."""
        if self.gate == 'product':
            return self._score(frames * query[:, None])
        scalar = torch.einsum('btd,bd->bt', frames, query)
        if self.gate != 'tanh':
            scalar = scalar / frames.shape[-1]**0.5
        if self.gate == 'dot':
            return scalar
        return self._score(torch.tanh(scalar)[..., None] * frames)

    def _score(self, gated: Tensor) -> Tensor:
        """Score each gated frame, (B, T)."""
        scores: Tensor = self.scorer(gated).squeeze(-1)
        return scores
