"""Blind language: what the texts alone say is taken off the answers."""

from __future__ import annotations

from typing import Any

import torch.nn.functional as F
from mmengine.model import BaseModule
from torch import Tensor, nn

from cra_plugin.errors import InputError, describe
from cra_plugin.models.causal.hidden_width import hidden_width
from cra_plugin.registry import MODELS
from cra_plugin.utils.setting_ranges import is_number


def subtract_blind(logits: Tensor, blind: Tensor, alpha: float) -> Tensor:
    """Take off what the candidates' texts alone say.

    Args:
        logits (Tensor): (B, M), of the model.
        blind (Tensor): (B, M), of the texts alone.
        alpha (float): How much of it.

    Returns:
        Tensor: (B, M), ``log p - alpha log b`` in float32.
    """
    return (logits.float().log_softmax(dim=-1)
            - alpha * blind.float().log_softmax(dim=-1))


@MODELS.register_module()
class BlindLanguage(BaseModule):
    """Answer without the video, to know what is answered by language.

    A small network scores every candidate by its text, without a gradient
    into the text encoder: the model trains as it would without. Answers are
    then chosen by ``log p_m - alpha log b_m``.

    Args:
        d_model (int): Width of the candidates.
        alpha (float): How much of the blind answer is taken off, at test
            time alone: a trained model can be tested with another. Defaults
            to 0.5.
        hidden_dim (int, optional): Width of the network's hidden layer.
            Defaults to None, ``d_model``.
        init_cfg (dict, optional): Of :class:`mmengine.model.BaseModule`.
            Defaults to None.

    Raises:
        InputError: If ``alpha`` is no number from 0 up.
    """

    def __init__(self,
                 d_model: int,
                 alpha: float = 0.5,
                 hidden_dim: int | None = None,
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(init_cfg)
        if not is_number(alpha) or alpha < 0:
            raise InputError('BlindLanguage.alpha', describe(alpha),
                             'a number from 0 up')
        self.alpha = float(alpha)
        hidden = hidden_width('BlindLanguage.hidden_dim', hidden_dim, d_model)
        self.scorer = nn.Sequential(
            nn.Linear(d_model, hidden), nn.GELU(), nn.Linear(hidden, 1))

    def forward(self, candidates: Tensor) -> Tensor:
        """Score candidates, (B, M, d), by their texts: (B, M)."""
        scores: Tensor = self.scorer(candidates.detach()).squeeze(-1)
        return scores

    def loss(self, candidates: Tensor, target: Tensor) -> Tensor:
        """Compute the branch's own cross entropy.

        Args:
            candidates (Tensor): (B, M, d).
            target (Tensor): (B,), indices of the true ones.

        Returns:
            Tensor: (), the mean over the samples.
        """
        return F.cross_entropy(self(candidates).float(), target)

    def subtract(self, logits: Tensor, candidates: Tensor) -> Tensor:
        """Take the blind answer off logits (B, M).

        Args:
            logits (Tensor): (B, M), of the model.
            candidates (Tensor): (B, M, d).

        Returns:
            Tensor: (B, M).
        """
        return subtract_blind(logits, self(candidates), self.alpha)
