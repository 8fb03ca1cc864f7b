"""The two ways to decode spans: as the paper means it, as released."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cra_plugin.errors import check_choice
from cra_plugin.spans.adaptive_decoding import (
    AdaptiveSettings,
    decode_adaptive,
)
from cra_plugin.spans.span_merging import merge_spans
from cra_plugin.spans.window_decoding import WindowSettings, decode_window

DECODERS = ('window', 'adaptive', 'merged')


@dataclass(frozen=True)
class DecodingPreset:
    """How both decoders are set.

    The frames of the real files lie up to 0.7 s after the rounded duration,
    so that clipping matters.

    Attributes:
        window (WindowSettings): How windows are chosen.
        adaptive (AdaptiveSettings): How adaptive spans grow.
    """

    window: WindowSettings
    adaptive: AdaptiveSettings


PRESETS = {
    'paper': DecodingPreset(WindowSettings(), AdaptiveSettings()),
    'release': DecodingPreset(
        WindowSettings(score='sum', unit='gap', decimals=1, clip=False),
        AdaptiveSettings(visit_first_frame=False, clip=False)),
}


def find_preset(where: str, name: str) -> DecodingPreset:
    """Find a preset by its name.

    Args:
        where (str): The field that names it, for the message.
        name (str): Its name.

    Returns:
        DecodingPreset: The preset.

    Raises:
        InputError: If there is no such preset.
    """
    check_choice(where, name, tuple(PRESETS))
    return PRESETS[name]


def decode_spans(weights: np.ndarray,
                 times: np.ndarray,
                 durations: np.ndarray,
                 preset: DecodingPreset = PRESETS['paper'],
                 mask: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """Decode the spans of all decoders.

    Args:
        weights (np.ndarray): (B, T) finite weights of the frames.
        times (np.ndarray): (B, T) times of the frames in seconds.
        durations (np.ndarray): (B,) durations in seconds.
        preset (DecodingPreset): How to decode. Defaults to the paper's.
        mask (np.ndarray, optional): (B, T) real frames, which come first.
            Defaults to None: all.

    Returns:
        dict[str, np.ndarray]: (B, 2) spans in seconds of each of
        ``DECODERS``.
    """
    window = decode_window(
        weights, mask=mask, durations=durations, **vars(preset.window))
    adaptive = decode_adaptive(
        weights, times, mask=mask, durations=durations,
        **vars(preset.adaptive))
    return {'window': window, 'adaptive': adaptive,
            'merged': merge_spans(window, adaptive)}
