"""From the weights of frames to a span of time.

Every function takes a batch of B samples with T frames each. ``mask`` (B, T)
is True at real frames, which come first, and False at padding.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cra_plugin.errors import check_choice

WINDOW_SCORES = ('mean', 'sum', 'excess')
WINDOW_UNITS = ('frame', 'gap')
MERGE_RULES = ('intersection', 'union')
# Scores closer than this fraction of the largest weight are equal.
TIE = 1e-9
# Sums of larger weights might overflow.
LARGE = 1e280


def decode_window(weights: np.ndarray,
                  widths: Sequence[int] = (1, 3, 5),
                  score: str = 'excess',
                  unit: str = 'frame',
                  mask: np.ndarray | None = None,
                  durations: np.ndarray | None = None) -> np.ndarray:
    """Find the best window of frames around the largest weight.

    The first of equally good windows counts, narrow ones before wide ones. A
    window wider than the video shrinks to the video.

    Args:
        weights (np.ndarray): (B, T) finite weights.
        widths (Sequence[int]): Widths in frames. Defaults to (1, 3, 5).
        score (str): What decides between windows: their ``'mean'`` weight,
            which favors narrow ones (no mean is above the largest weight
            alone), their ``'sum'``, which favors wide ones, or
            ``'excess'``, their sum less what uniform weights would give
            them. Defaults to 'excess'.
        unit (str): What one step is: a ``'frame'``, 1/T of the duration, or
            the ``'gap'`` between two frames, 1/(T-1), as the released code
            has it, so that ends exceed 1. Defaults to 'frame'.
        mask (np.ndarray, optional): (B, T) real frames. Defaults to None:
            all.
        durations (np.ndarray, optional): (B,) seconds. Defaults to None.

    Returns:
        np.ndarray: (B, 2) spans in fractions of the duration, or in seconds
        if ``durations`` are given.

    Raises:
        InputError: If there is no such score or unit.
    """
    check_choice('score', score, WINDOW_SCORES)
    check_choice('unit', unit, WINDOW_UNITS)
    weights, mask = _prepare(weights, mask)
    lengths = mask.sum(1, keepdims=True)
    starts, sizes = _candidate_windows(
        _peaks(weights, mask)[:, None], lengths, widths)
    scores = _window_scores(weights, lengths, starts, sizes, score)
    # Scores of equal windows differ in their last digits.
    tolerance = TIE * np.abs(weights).max(1, keepdims=True)
    top = scores.max(1, keepdims=True)
    best = (scores >= top - tolerance).argmax(1)[:, None]
    start = np.take_along_axis(starts, best, 1)
    size = np.take_along_axis(sizes, best, 1)
    steps = {'frame': lengths, 'gap': np.maximum(lengths - 1, 1)}[unit]
    spans: np.ndarray = np.concatenate([start, start + size], 1) / steps
    return spans if durations is None else spans * durations[:, None]


def decode_adaptive(weights: np.ndarray,
                    times: np.ndarray,
                    distance: float = 10.0,
                    ratio: float = 1.3,
                    visit_first_frame: bool = True,
                    mask: np.ndarray | None = None) -> np.ndarray:
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
        mask (np.ndarray, optional): (B, T) real frames. Defaults to None:
            all.

    Returns:
        np.ndarray: (B, 2) spans in seconds.
    """
    weights, mask = _prepare(weights, mask)
    times = np.asarray(times, dtype=np.float64)
    scaled = _scale(weights, mask)
    threshold = ratio * scaled.sum(1) / mask.sum(1)
    peak = _peaks(weights, mask)[:, None]
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
    return np.take_along_axis(times, np.stack([first, last], 1), 1)


def merge_spans(first: np.ndarray,
                second: np.ndarray,
                rule: str = 'intersection') -> np.ndarray:
    """Merge two predictions of the same spans.

    Args:
        first (np.ndarray): (B, 2) spans, such as those of the window.
        second (np.ndarray): (B, 2) spans, such as the adaptive ones.
        rule (str): ``'intersection'``, or ``second`` where it is empty
            (spans that touch meet in a point), or ``'union'``: the hull of
            both. Defaults to 'intersection'.

    Returns:
        np.ndarray: (B, 2) spans.

    Raises:
        InputError: If there is no such rule.
    """
    check_choice('rule', rule, MERGE_RULES)
    lower = np.minimum(first, second)
    upper = np.maximum(first, second)
    if rule == 'union':
        return np.stack([lower[..., 0], upper[..., 1]], -1)
    common = np.stack([upper[..., 0], lower[..., 1]], -1)
    return np.where(common[..., :1] <= common[..., 1:], common, second)


def without_overflow(weights: np.ndarray) -> np.ndarray:
    """Scale rows down whose sums would leave the range of floats.

    Args:
        weights (np.ndarray): (..., T) finite weights, of which no decoder
            and no picture shows the scale.

    Returns:
        np.ndarray: (..., T) the same weights; those of a row beyond
        ``LARGE`` divided by a power of two, which keeps all digits.
    """
    huge = np.abs(weights).max(-1, keepdims=True, initial=0) > LARGE
    return np.where(huge, weights / 2**64, weights)


def _prepare(
        weights: np.ndarray,
        mask: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Weights in float64 that add up, 0 at padding, and a mask."""
    weights = np.asarray(weights, dtype=np.float64)
    if mask is None:
        mask = np.ones(weights.shape, dtype=bool)
    return without_overflow(np.where(mask, weights, 0)), mask


def _peaks(weights: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Index (B,) of the first largest weight of a real frame."""
    peaks: np.ndarray = np.where(mask, weights, -np.inf).argmax(1)
    return peaks


def _scale(weights: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Scale the weights of real frames to [0, 1]; 0 where all are equal."""
    low = np.where(mask, weights, np.inf).min(1, keepdims=True)
    high = np.where(mask, weights, -np.inf).max(1, keepdims=True)
    extent = np.where(high > low, high - low, 1)
    return np.where(mask, (weights - low) / extent, 0)


def _candidate_windows(peaks: np.ndarray, lengths: np.ndarray,
                       widths: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Starts and sizes (B, C) of all windows that hold the peak (B, 1)."""
    width, offset = np.array(
        [(width, offset) for width in widths
         for offset in range(width - 1, -1, -1)]).T
    sizes = np.minimum(width, lengths)
    starts = peaks - np.minimum(offset, sizes - 1)
    return np.clip(starts, 0, lengths - sizes), sizes


def _window_scores(weights: np.ndarray, lengths: np.ndarray,
                   starts: np.ndarray, sizes: np.ndarray,
                   score: str) -> np.ndarray:
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
        'excess': total - sizes * uniform
    }
    return scores[score]
