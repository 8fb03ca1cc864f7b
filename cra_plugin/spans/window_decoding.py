"""Pre-hoc spans: the best small window of frames around the peak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cra_plugin.errors import check_choice
from cra_plugin.spans.frame_weights import find_peaks, prepare_weights
from cra_plugin.spans.geometry import clip_spans
from cra_plugin.utils.setting_ranges import check_setting, is_number

WINDOW_SCORES = ('mean', 'sum', 'excess')
WINDOW_UNITS = ('frame', 'gap')
# Scores closer than this fraction of the largest weight are equal.
TIE = 1e-9
# More change no second of a video, and overflow in the end.
MOST_DECIMALS = 12


@dataclass(frozen=True)
class WindowSettings:
    """How windows are chosen; see :func:`decode_window`.

    Attributes:
        widths (Sequence[int]): Widths in frames. Defaults to (1, 3, 5).
        score (str): ``'excess'``, ``'sum'`` (released) or ``'mean'``.
            Defaults to 'excess'.
        unit (str): One step is a ``'frame'`` or, as released, the ``'gap'``
            between two. Defaults to 'frame'.
        decimals (int, optional): Round to so many decimals of a second, as
            NExT-GQA's evaluator does. Defaults to None, no rounding.
        clip (bool): Whether to clip to the video. Defaults to True.
        excess_ratio (float): How many times what uniform weights would give
            is taken off by the score ``'excess'``: more makes windows
            narrower. Defaults to 1.0.
        at_most_half (bool): Leave out widths of more than half the frames,
            but for the first, as CRA on FrozenBiLM does. Defaults to False.

    Raises:
        InputError: If a setting is out of its range.
    """

    widths: Sequence[int] = (1, 3, 5)
    score: str = 'excess'
    unit: str = 'frame'
    decimals: int | None = None
    clip: bool = True
    excess_ratio: float = 1.0
    at_most_half: bool = False

    def __post_init__(self) -> None:
        where = type(self).__name__
        check_choice(f'{where}.score', self.score, WINDOW_SCORES)
        check_choice(f'{where}.unit', self.unit, WINDOW_UNITS)
        for name, fine, expected in (
                ('widths', isinstance(self.widths, (list, tuple)) and all(
                    type(each) is int and each > 0 for each in self.widths)
                 and len(self.widths) > 0,
                 'a list of whole numbers of at least 1, such as [1, 3, 5]'),
                ('decimals', self.decimals is None or (
                    type(self.decimals) is int
                    and 0 <= self.decimals <= MOST_DECIMALS),
                 f'None or a whole number from 0 to {MOST_DECIMALS}'),
                ('clip', isinstance(self.clip, bool), 'True or False'),
                ('at_most_half', isinstance(self.at_most_half, bool),
                 'True or False'),
                ('excess_ratio', is_number(self.excess_ratio)
                 and self.excess_ratio >= 0, 'a finite number from 0 up')):
            check_setting(self, name, fine, expected)


def decode_window(weights: np.ndarray,
                  widths: Sequence[int] = (1, 3, 5),
                  score: str = 'excess',
                  unit: str = 'frame',
                  mask: np.ndarray | None = None,
                  durations: np.ndarray | None = None,
                  decimals: int | None = None,
                  clip: bool = False,
                  excess_ratio: float = 1.0,
                  at_most_half: bool = False) -> np.ndarray:
    """Find the best window of frames around the largest weight.

    The first of equally good windows counts, narrow ones before wide ones. A
    window wider than the video shrinks to the video.

    Args:
        weights (np.ndarray): (B, T) finite weights.
        widths (Sequence[int]): Widths in frames. Defaults to (1, 3, 5).
        score (str): What decides between windows: their ``'mean'`` weight,
            which favors narrow ones (no mean is above the largest weight
            alone), their ``'sum'``, which favors wide ones, or
            ``'excess'``, their sum less ``excess_ratio`` times what uniform
            weights would give them. Defaults to 'excess'.
        unit (str): What one step is: a ``'frame'``, 1/T of the duration, or
            the ``'gap'`` between two frames, 1/(T-1), as the released code
            has it, so that ends exceed 1. Defaults to 'frame'.
        mask (np.ndarray, optional): (B, T) real frames, which come first.
            Defaults to None: all.
        durations (np.ndarray, optional): (B,) seconds. Defaults to None.
        decimals (int, optional): Decimals to which ends are rounded.
            Defaults to None: not rounded.
        clip (bool): Whether spans end where the video does. Defaults to
            False.
        excess_ratio (float): See ``score``: more makes windows narrower.
            Defaults to 1.0.
        at_most_half (bool): Leave out widths of more than half the real
            frames, but for the first. Defaults to False.

    Returns:
        np.ndarray: (B, 2) spans in fractions of the duration, or in seconds
        if ``durations`` are given.

    Raises:
        InputError: If there is no such score or unit.
    """
    check_choice('score', score, WINDOW_SCORES)
    check_choice('unit', unit, WINDOW_UNITS)
    weights, mask = prepare_weights(weights, mask)
    lengths = mask.sum(1, keepdims=True)
    starts, sizes = _candidate_windows(
        find_peaks(weights, mask)[:, None], lengths,
        np.minimum(widths, weights.shape[1]))
    scores = _window_scores(weights, lengths, starts, sizes, score,
                            excess_ratio)
    if at_most_half:
        scores = np.where((sizes > lengths // 2) & (sizes > sizes[:, :1]),
                          -np.inf, scores)
    # Scores of equal windows differ in their last digits.
    tolerance = TIE * np.abs(weights).max(1, keepdims=True)
    top = scores.max(1, keepdims=True)
    best = (scores >= top - tolerance).argmax(1)[:, None]
    start = np.take_along_axis(starts, best, 1)
    size = np.take_along_axis(sizes, best, 1)
    steps = {'frame': lengths, 'gap': np.maximum(lengths - 1, 1)}[unit]
    spans = np.concatenate([start, start + size], 1) / steps
    ends = np.ones(1) if durations is None else durations
    spans = spans * ends[:, None]
    if decimals is not None:
        spans = spans.round(decimals)
    return clip_spans(spans, ends) if clip else spans


def _candidate_windows(peaks: np.ndarray, lengths: np.ndarray,
                       widths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Starts and sizes (B, C) of all windows that hold the peak (B, 1)."""
    width, offset = np.array(
        [(width, offset) for width in widths
         for offset in range(width - 1, -1, -1)]).T
    sizes = np.minimum(width, lengths)
    starts = peaks - np.minimum(offset, sizes - 1)
    return np.clip(starts, 0, lengths - sizes), sizes


def _window_scores(weights: np.ndarray, lengths: np.ndarray,
                   starts: np.ndarray, sizes: np.ndarray, score: str,
                   excess_ratio: float) -> np.ndarray:
    """Score (B, C) of every window."""
    steps = np.arange(sizes.max())
    index = starts[..., None] + steps
    inside = steps < sizes[..., None]
    rows = np.arange(len(weights))[:, None, None]
    values = weights[rows, np.where(inside, index, 0)]
    total: np.ndarray = np.where(inside, values, 0).sum(-1)
    uniform = weights.sum(1, keepdims=True) / lengths
    scores: dict[str, np.ndarray] = {
        'mean': total / sizes,
        'sum': total,
        'excess': total - excess_ratio * sizes * uniform
    }
    return scores[score]
