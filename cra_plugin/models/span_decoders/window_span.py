"""The window decoder as a config describes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from cra_plugin.registry import TASK_UTILS
from cra_plugin.spans.decoding_preset import find_preset
from cra_plugin.spans.window_decoding import WindowSettings, decode_window


@TASK_UTILS.register_module()
class WindowSpan(WindowSettings):
    """The window of some widths that holds the peak and scores best.

    Args:
        preset (str): What settings default to, ``'paper'`` or ``'release'``.
            Defaults to 'paper'.
        **settings: Those of :class:`~cra_plugin.spans.window_decoding.
            WindowSettings`, which go before those of the preset.
    """

    def __init__(self, *, preset: str = 'paper', **settings: Any) -> None:
        known = find_preset('WindowSpan.preset', preset).window
        super().__init__(**{**vars(known), **settings})

    def __call__(self, weights: np.ndarray, times: np.ndarray,
                 durations: np.ndarray,
                 mask: np.ndarray | None = None) -> np.ndarray:
        """Decode spans.

        Args:
            weights (np.ndarray): (B, T) finite weights of the frames.
            times (np.ndarray): Not used.
            durations (np.ndarray): (B,) seconds.
            mask (np.ndarray, optional): (B, T) real frames, which come
                first. Defaults to None: all.

        Returns:
            np.ndarray: (B, 2) spans in seconds.
        """
        return decode_window(
            weights, mask=mask, durations=durations, **vars(self))
