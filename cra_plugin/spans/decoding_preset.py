"""The two ways to decode spans: as the paper means it, as released."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cra_plugin.spans.span_decoding import (
    decode_adaptive,
    decode_window,
    merge_spans,
)

DECODERS = ('window', 'adaptive', 'merged')


@dataclass(frozen=True)
class DecodingPreset:
    """What differs between decoding presets.

    Attributes:
        window_score (str): What decides between windows, see
            :func:`~cra_plugin.spans.span_decoding.decode_window`.
        window_unit (str): The length of one step of a window, see there.
        window_decimals (int, optional): Decimals to which a window is
            rounded in seconds; None: not rounded.
        visit_first_frame (bool): Whether adaptive spans may grow to frame 0.
        clip (bool): Whether spans are clipped to [0, duration]. The frames
            of the real files lie up to 0.7 s after the rounded duration.
    """

    window_score: str
    window_unit: str
    window_decimals: int | None
    visit_first_frame: bool
    clip: bool


PRESETS = {
    'paper': DecodingPreset('excess', 'frame', None, True, True),
    'release': DecodingPreset('sum', 'gap', 1, False, False),
}


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
        weights,
        score=preset.window_score,
        unit=preset.window_unit,
        mask=mask,
        durations=durations)
    if preset.window_decimals is not None:
        window = np.round(window, preset.window_decimals)
    adaptive = decode_adaptive(
        weights, times, visit_first_frame=preset.visit_first_frame, mask=mask)
    if preset.clip:
        ends = np.asarray(durations)[:, None]
        window = np.clip(window, 0, ends)
        adaptive = np.clip(adaptive, 0, ends)
    merged = merge_spans(window, adaptive)
    return {'window': window, 'adaptive': adaptive, 'merged': merged}
