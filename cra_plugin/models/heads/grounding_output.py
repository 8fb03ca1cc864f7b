"""What every grounding head returns."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor


class GroundingOutput(NamedTuple):
    """Frame weights before and after smoothing.

    Attributes:
        weights (Tensor): (B, T), a distribution over the real frames: what
            the frames are pooled with and spans are decoded from.
        raw_weights (Tensor): (B, T), the same before the Gaussian filter;
            equal to ``weights`` in heads that have none.
    """

    weights: Tensor
    raw_weights: Tensor
