"""What a grounder makes of candidates, and which of them are true."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from cra_plugin.structures.video_qg_data_sample import VideoQGDataSample


class GroundedCandidates(NamedTuple):
    """What one branch makes of the candidates and the video.

    Attributes:
        logits (Tensor): (B, M), one score per candidate.
        video (Tensor): (B, d), the deconfounded grounded feature, or (B, M,
            d), that of each candidate.
        weights (Tensor): (B, T), or (B, M, T), distributions over the real
            frames.
        raw_weights (Tensor): The same before smoothing.
        logged (dict[str, Tensor]): Name to (), what training logs of the
            grounding head.
        frames (Tensor, optional): (B, T, d), projected frames, where they
            are needed anyway. Defaults to None.
        pooled_by (Tensor, optional): The weights that ``video`` was pooled
            with, where ``weights`` are others. Defaults to None.
    """

    logits: Tensor
    video: Tensor
    weights: Tensor
    raw_weights: Tensor
    logged: dict[str, Tensor]
    frames: Tensor | None = None
    pooled_by: Tensor | None = None

    def video_of(self, index: Tensor) -> Tensor:
        """Give the feature of one candidate per sample.

        Args:
            index (Tensor): (B,).

        Returns:
            Tensor: (B, d).
        """
        return self.video if self.video.ndim == 2 else pick(self.video, index)

    def weights_of(self, index: Tensor) -> Tensor:
        """Give the weights that the same feature was pooled with.

        Args:
            index (Tensor): (B,).

        Returns:
            Tensor: (B, T).
        """
        weights = self.weights if self.pooled_by is None else self.pooled_by
        return weights if weights.ndim == 2 else pick(weights, index)


def targets_of(samples: list[VideoQGDataSample], key: str,
             like: Tensor) -> Tensor:
    """Read the indices of the true candidates.

    Args:
        samples (list[VideoQGDataSample]): B samples.
        key (str): Their attribute, ``'gt_answer'`` or ``'gt_question'``.
        like (Tensor): On the device that they are for.

    Returns:
        Tensor: (B,).
    """
    return torch.tensor([getattr(sample, key) for sample in samples],
                        device=like.device)


def pick(candidates: Tensor, index: Tensor) -> Tensor:
    """Take the candidate of each sample at its index.

    Args:
        candidates (Tensor): (B, M, d).
        index (Tensor): (B,).

    Returns:
        Tensor: (B, d).
    """
    return candidates[torch.arange(len(index), device=index.device), index]
