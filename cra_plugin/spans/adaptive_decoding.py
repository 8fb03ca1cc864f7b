"""Post-hoc spans: grown from the peak while the weights stay high."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cra_plugin.spans.frame_weights import find_peaks, prepare_weights
from cra_plugin.spans.geometry import clip_spans
from cra_plugin.utils.setting_ranges import check_setting, is_number


@dataclass(frozen=True)
class AdaptiveSettings:
    """How adaptive spans grow; see :func:`decode_adaptive`.

    Attributes:
        distance (float): Seconds within which a span bridges low frames.
            Defaults to 10.0.
        ratio (float): Threshold as a multiple of the mean weight. Defaults
            to 1.3.
        visit_first_frame (bool): Whether a span may grow to frame 0; in the
            released code it may not. Defaults to True.
        clip (bool): Whether to clip to the video. Defaults to True.

    Raises:
        InputError: If a setting is out of its range.
    """

    distance: float = 10.0
    ratio: float = 1.3
    visit_first_frame: bool = True
    clip: bool = True

    def __post_init__(self) -> None:
        for name, fine, expected in (
                ('distance', is_number(self.distance) and self.distance > 0,
                 'a finite number above 0'),
                ('ratio', is_number(self.ratio) and self.ratio >= 0,
                 'a finite number from 0 up'),
                ('visit_first_frame', isinstance(
                    self.visit_first_frame, bool), 'True or False'),
                ('clip', isinstance(self.clip, bool), 'True or False')):
            check_setting(self, name, fine, expected)


def decode_adaptive(weights: np.ndarray,
                    times: np.ndarray,
                    distance: float = 10.0,
                    ratio: float = 1.3,
                    visit_first_frame: bool = True,
                    mask: np.ndarray | None = None,
                    durations: np.ndarray | None = None,
                    clip: bool = False) -> np.ndarray:
    """Grow a span from the largest weight while weights stay high.

    With w the weights scaled to [0, 1] and c its largest, a frame i belongs
    if ``w_i / (1 + |t_i - t_c| / distance) >= ratio * mean(w)``. Each side
    of c is visited outwards and is left at the first frame that does not
    belong and lies more than ``distance`` from c; the span reaches to the
    outermost frame that belonged. Equal weights single out no frame: they
    give the whole extent of the frames.

    Args:
        weights (np.ndarray): (B, T) finite weights.
        times (np.ndarray): (B, T) times of the frames in seconds.
        distance (float): Seconds. Defaults to 10.0.
        ratio (float): The threshold over the mean. Defaults to 1.3.
        visit_first_frame (bool): Whether a span may grow to frame 0; in the
            released code it may not. Defaults to True.
        mask (np.ndarray, optional): (B, T) real frames, which come first.
            Defaults to None: all.
        durations (np.ndarray, optional): (B,) seconds, for ``clip``.
            Defaults to None.
        clip (bool): Whether spans end where the video does, as far as that
            is known. Defaults to False.

    Returns:
        np.ndarray: (B, 2) spans in seconds.
    """
    weights, mask = prepare_weights(weights, mask)
    times = np.asarray(times, dtype=np.float64)
    scaled = _scale(weights, mask)
    threshold = ratio * scaled.sum(1) / mask.sum(1)
    peak = find_peaks(weights, mask)[:, None]
    apart = np.abs(times - np.take_along_axis(times, peak, 1))
    belongs = mask & (scaled / (1 + apart / distance) >= threshold[:, None])
    stops = ~belongs & (apart > distance)
    if not visit_first_frame:
        belongs[:, 0] = False
    index = np.arange(weights.shape[1])
    # A frame is reached while no frame between it and the peak has stopped.
    stopped_right = np.logical_or.accumulate(stops & (index > peak), 1)
    stopped_left = np.logical_or.accumulate(
        (stops & (index < peak))[:, ::-1], 1)[:, ::-1]
    reached = belongs & ~stopped_left & ~stopped_right | (index == peak)
    first = reached.argmax(1)
    last = weights.shape[1] - 1 - reached[:, ::-1].argmax(1)
    spans = np.take_along_axis(times, np.stack([first, last], 1), 1)
    return (clip_spans(spans, durations)
            if clip and durations is not None else spans)


def _scale(weights: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Scale the weights of real frames to [0, 1]; 0 where all are equal."""
    low = np.where(mask, weights, np.inf).min(1, keepdims=True)
    high = np.where(mask, weights, -np.inf).max(1, keepdims=True)
    extent = np.where(high > low, high - low, 1)
    return np.where(mask, (weights - low) / extent, 0)
