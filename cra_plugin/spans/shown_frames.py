"""Which frames of a video a span shows."""

from __future__ import annotations

import numpy as np


def frames_of_span(frame_times: np.ndarray, duration: float,
                   span: tuple[float, float]) -> range:
    """Find the frames that are shown during a span.

    Ends are rounded to whole frames: less than half of the usual length of a
    frame does not count. A span without a length has the frame that is shown
    then.

    Args:
        frame_times (np.ndarray): (N,) seconds at which frames appear,
            increasing.
        duration (float): Seconds of the video.
        span (tuple[float, float]): (start, end) in seconds.

    Returns:
        range: Indices of the frames, at least one.

    Examples:
        >>> frames_of_span(np.arange(10) / 10, 1., (.21, .48))
        range(2, 5)
        >>> frames_of_span(np.arange(10) / 10, 1., (.25, .25))
        range(2, 3)
    """
    start, end = span
    ends = np.append(frame_times[1:], max(duration, frame_times[-1]))
    half = float(np.median(ends - frame_times)) / 2
    shown = np.flatnonzero((ends > start + half) & (frame_times < end - half))
    if not len(shown):
        middle = (start + end) / 2
        nearest = np.searchsorted(frame_times, middle + 1e-6, 'right') - 1
        shown = np.array([nearest.clip(0)])
    return range(int(shown[0]), int(shown[-1]) + 1)
