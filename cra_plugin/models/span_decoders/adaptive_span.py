"""The adaptive decoder as a config describes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from cra_plugin.registry import TASK_UTILS
from cra_plugin.spans.adaptive_decoding import (
    AdaptiveSettings,
    decode_adaptive,
)
from cra_plugin.spans.decoding_preset import find_preset


@TASK_UTILS.register_module()
class AdaptiveSpan(AdaptiveSettings):
    """Grow from the largest weight while ``w / (1 + dt / distance)`` is high.

    Args:
        preset (str): What settings default to, ``'paper'`` or ``'release'``.
            Defaults to 'paper'.
        **settings: Those of :class:`~cra_plugin.spans.adaptive_decoding.
            AdaptiveSettings`, which go before those of the preset.
    """

    def __init__(self, *, preset: str = 'paper', **settings: Any) -> None:
        known = find_preset('AdaptiveSpan.preset', preset).adaptive
        super().__init__(**{**vars(known), **settings})

    def __call__(self, weights: np.ndarray, times: np.ndarray,
                 durations: np.ndarray,
                 mask: np.ndarray | None = None) -> np.ndarray:
        """Decode spans.

        Args:
            weights (np.ndarray): (B, T) finite weights of the frames.
            times (np.ndarray): (B, T) times of the frames in seconds.
            durations (np.ndarray): (B,) seconds.
            mask (np.ndarray, optional): (B, T) real frames, which come
                first. Defaults to None: all.

        Returns:
            np.ndarray: (B, 2) spans in seconds.
        """
        return decode_adaptive(
            weights, times, mask=mask, durations=durations, **vars(self))
