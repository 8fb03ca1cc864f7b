"""Binary cross entropy in which right and wrong candidates weigh the same."""

from __future__ import annotations

from typing import Any

import torch
from mmengine.model import BaseModule
from torch import Tensor
from torch.nn.functional import softplus

from cra_plugin.registry import MODELS


def balanced_bce_loss(logits: Tensor, target: Tensor) -> Tensor:
    """Mean of the losses of the right and of the wrong candidates.

    Args:
        logits (Tensor): (B, M), logarithm of P(Yes) / P(No).
        target (Tensor): (B,), index of the right candidate.

    Returns:
        Tensor: (). Source: CRA, FrozenBiLM variant.
    """
    logits = logits.float()
    right = torch.zeros_like(logits).scatter(1, target[:, None], 1.0)
    wrong = 1 - right
    return ((softplus(-logits) * right).sum() / right.sum()
            + (softplus(logits) * wrong).sum() / wrong.sum()) / 2


@MODELS.register_module()
class BalancedBCELoss(BaseModule):
    """Balanced binary cross entropy over the candidates.

    Args:
        loss_weight (float): Factor of the loss. Defaults to 1.0.
        init_cfg (dict, optional): Of :class:`mmengine.model.BaseModule`.
            Defaults to None.
    """

    def __init__(self,
                 loss_weight: float = 1.0,
                 init_cfg: dict[str, Any] | None = None) -> None:
        super().__init__(init_cfg)
        self.loss_weight = loss_weight

    def forward(self, logits: Tensor, target: Tensor) -> Tensor:
        """Compute the weighted loss of :func:`balanced_bce_loss`, ()."""
        return self.loss_weight * balanced_bce_loss(logits, target)
