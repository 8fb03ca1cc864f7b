"""Which frames to take of a video, and when they were shown."""

from __future__ import annotations

import numpy as np


def sample_frame_indices(num_available: int, num_frames: int) -> np.ndarray:
    """Spread ``num_frames`` indices evenly over the frames there are.

    Args:
        num_available (int): Number N of frames there are, at least 1.
        num_frames (int): Number T of frames wanted, at least 1.

    Returns:
        np.ndarray: (T,) int64 indices, not decreasing, from the first frame
        to the last; ``0..N-1`` where T equals N.

    Examples:
        >>> sample_frame_indices(9, 3).tolist()
        [0, 4, 8]
    """
    positions = np.linspace(0, num_available - 1, num_frames)
    return positions.round().astype(np.int64)


def centre_times(num_frames: int, duration: float = 1.0) -> np.ndarray:
    """Give the centres of equal parts of a video.

    Args:
        num_frames (int): Number T of parts.
        duration (float): Duration in seconds; 1 gives fractions of the
            duration. Defaults to 1.0.

    Returns:
        np.ndarray: (T,) float64 times, in the unit of ``duration``.

    Examples:
        >>> centre_times(2, 10.0).tolist()
        [2.5, 7.5]
    """
    return (np.arange(num_frames) + 0.5) * (duration / num_frames)
