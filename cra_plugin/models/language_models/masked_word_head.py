"""What a masked language model makes of the state of a masked word."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu


class MaskedWordHead(nn.Module):
    """Dense, GELU, LayerNorm: the state that word embeddings are compared to.

    The bias of the vocabulary belongs to the checkpoints and is kept; answers
    have a bias of their own.

    Args:
        width (int): Width of the states.
        vocab_size (int): Words of the vocabulary.
        eps (float): Of the LayerNorm.
    """

    def __init__(self, width: int, vocab_size: int, eps: float) -> None:
        super().__init__()
        self.dense = nn.Linear(width, width)
        self.LayerNorm = nn.LayerNorm(width, eps)
        self.bias = nn.Parameter(torch.zeros(vocab_size))

    def forward(self, states: Tensor) -> Tensor:
        """Map ``states``, (..., D), to (..., D)."""
        mapped: Tensor = self.LayerNorm(gelu(self.dense(states)))
        return mapped
