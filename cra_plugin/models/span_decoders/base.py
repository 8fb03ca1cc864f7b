"""What the span decoders share: tensors in, tensors out."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
import torch
from torch import Tensor


class SpanDecoder(ABC):
    """Decode a batch of spans on the CPU, where predictions end up anyway.

    One implementation, in NumPy, serves the model and the evaluation of
    anybody's predictions, so that both decode the same weights alike.

    Args:
        clip (bool): Clip spans to the video. Defaults to True.
    """

    def __init__(self, clip: bool = True) -> None:
        self.clip = clip

    def __call__(self,
                 weights: Tensor,
                 times: Tensor,
                 durations: Tensor,
                 mask: Tensor | None = None) -> Tensor:
        """Decode spans.

        Args:
            weights (Tensor): (B, T), distribution over the frames.
            times (Tensor): (B, T), times of the frames in seconds.
            durations (Tensor): (B,), seconds.
            mask (Tensor, optional): (B, T), True where real; real frames
                come first. Defaults to None.

        Returns:
            Tensor: (B, 2), float64 start and end in seconds.
        """
        arrays = [
            x.detach().cpu().double().numpy()
            for x in (weights, times, durations)
        ]
        real = None if mask is None else mask.cpu().numpy()
        spans = self.decode(arrays[0], arrays[1], arrays[2], real)
        if self.clip:
            spans = np.clip(spans, 0, arrays[2][:, None])
        return torch.from_numpy(spans)

    @abstractmethod
    def decode(self, weights: np.ndarray, times: np.ndarray,
               durations: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
        """Decode arrays of the shapes of :meth:`__call__`, unclipped."""
