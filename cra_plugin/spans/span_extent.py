"""Tell whether predicted spans can be seconds of their videos."""

from __future__ import annotations

import numpy as np

from cra_plugin.errors import InputError

# Durations are whole seconds: in NExT-GQA a span begins at most 0.2 s
# before the video, ends at most 0.5 s and a frame lies at most 0.7 s after it.
TOLERANCE_SECONDS = 1.0
# The released window decoder ends at most one gap of 32 frames late.
LARGEST_FRACTION = 1.1
# Seconds: videos of this length are not shown by spans that all end in the
# first, so that such spans must be fractions.
LONG_VIDEO = 10.0


def leaves_video(spans: np.ndarray, durations: np.ndarray) -> np.ndarray:
    """Find the spans that leave their video by more than a second.

    The tolerance is that of the annotations, whose durations are rounded.

    Args:
        spans (np.ndarray): (N, 2) seconds, NaN where missing.
        durations (np.ndarray): (N,) seconds, NaN where unknown.

    Returns:
        np.ndarray: (N,) bool; False where span or duration is not known.
    """
    return ((spans[:, 0] < -TOLERANCE_SECONDS)
            | (spans[:, 1] > durations + TOLERANCE_SECONDS))


def refuse_fractions(where: str, spans: np.ndarray,
                     durations: np.ndarray) -> None:
    """Refuse spans that must be fractions although seconds are expected.

    Args:
        where (str): The file of the spans, for the message.
        spans (np.ndarray): (N, 2) seconds, NaN where missing.
        durations (np.ndarray): (N,) seconds, NaN where unknown.

    Raises:
        InputError: If all spans lie within [0, 1.1] although the median of
            the known durations is 10 s or more.
    """
    known = ~np.isnan(spans[:, 0]) & ~np.isnan(durations)
    if not known.any() or np.median(durations[known]) < LONG_VIDEO:
        return
    first, last = spans[known].min(), spans[known].max()
    if first >= 0 and last <= LARGEST_FRACTION:
        raise InputError(
            where, f'spans from {first:g} to {last:g}, all of them',
            f'seconds of videos of {durations[known].min():g} to '
            f'{durations[known].max():g} s',
            'give --normalized if these are fractions of the duration')
