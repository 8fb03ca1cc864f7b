"""Which frames of a batch are real."""

from __future__ import annotations

import torch
from torch import Tensor


def frame_mask_of(inputs: dict[str, Tensor], steps: Tensor) -> Tensor:
    """Give the mask of the steps of a batch.

    Args:
        inputs (dict[str, Tensor]): As a grounder takes them; with ``video``
            there is no ``frame_mask``, as videos are not padded.
        steps (Tensor): (B, T, ...), what was made of the frames.

    Returns:
        Tensor: (B, T), True where real.
    """
    if 'frame_mask' in inputs:
        return inputs['frame_mask']
    return steps.new_ones(steps.shape[:2], dtype=torch.bool)
