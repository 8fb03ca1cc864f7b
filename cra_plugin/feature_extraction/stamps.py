"""Rebuild time stamps that a file lacks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cra_plugin.feature_extraction.video_reader import VideoError


def rebuild_stamps(stamps: Sequence[int | None],
                   lengths: Sequence[int]) -> np.ndarray:
    """Give every frame a time at which it appears.

    Frames without a stamp stand evenly between those that have one; of
    several with the same, so do all but the first. Where stamps go back, as
    in AVI files that know the order of decoding alone, they are sorted:
    frames come out of a decoder in the order of showing.

    Args:
        stamps (Sequence[int | None]): N ticks, in the order of showing.
        lengths (Sequence[int]): N ticks for which frames are shown, 0 where
            unknown.

    Returns:
        np.ndarray: (N,) float64 ticks, increasing.

    Raises:
        VideoError: If there are no stamps, or those that there are do not
            leave room for the others.
    """
    known = np.flatnonzero([stamp is not None for stamp in stamps])
    if not len(known):
        raise VideoError('its frames have no time stamps')
    values = np.array([stamp for stamp in stamps if stamp is not None],
                      np.float64)
    step = usual_step(lengths)
    if len(known) == len(stamps):
        values, known = np.unique(np.sort(values), return_index=True)
        step = step or usual_step(np.diff(values)) or 1
    elif (np.diff(values) <= 0).any() or not step or (np.abs(
            np.diff(values) / np.diff(known) / step - 1) > .5).any():
        raise VideoError(f'only {len(known)} of its {len(stamps)} frames '
                         'have a time stamp, and those do not fit together')
    filled = np.interp(np.arange(len(stamps)), known, values)
    first, last = known[0], known[-1]
    filled[:first] = values[0] - step * np.arange(first, 0, -1)
    filled[last:] = values[-1] + step * np.arange(len(stamps) - last)
    return filled


def usual_step(lengths: Sequence[int] | np.ndarray) -> float:
    """Give the median of the lengths that are known.

    Args:
        lengths (Sequence[int] | np.ndarray): Ticks, 0 where unknown.

    Returns:
        float: Ticks, 0 where none is known.
    """
    positive = [length for length in lengths if length > 0]
    return float(np.median(positive)) if positive else 0.
