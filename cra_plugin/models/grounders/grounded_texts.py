"""What a language model makes of candidates and the video."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from cra_plugin.models.grounders.grounded_candidates import pick


class GroundedTexts(NamedTuple):
    """Candidates, each of which grounds itself.

    Attributes:
        logits (Tensor): (B, M, 2), of Yes and No.
        weights (Tensor): (B, M, T), distributions over the frames.
        raw_weights (Tensor): (B, M, T), the same before smoothing.
        text (Tensor): (B, M, d), text side of CMA.
        video (Tensor): (B, M, d), video side of CMA.
        query (Tensor): (B, M, D), what the frames are weighed by.
    """

    logits: Tensor
    weights: Tensor
    raw_weights: Tensor
    text: Tensor
    video: Tensor
    query: Tensor

    @property
    def scores(self) -> Tensor:
        """(B, M), logarithm of P(Yes) / P(No)."""
        return self.logits[..., 0] - self.logits[..., 1]

    def chosen_weights(self) -> Tensor:
        """(B, T), weights of the candidate with the highest score."""
        return pick(self.weights, self.scores.argmax(dim=1))

    @classmethod
    def joined(cls, parts: Sequence[GroundedTexts]) -> GroundedTexts:
        """Join candidates that were read one part after the other."""
        return cls(*(torch.cat(each, dim=1) for each in zip(*parts)))
