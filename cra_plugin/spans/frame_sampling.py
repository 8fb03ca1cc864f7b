"""Which frames to take of a video, and when they were shown."""

from __future__ import annotations

import numpy as np

_ROUNDING = 1e-6


def sample_frame_indices(num_available: int, num_frames: int) -> np.ndarray:
    """Spread ``num_frames`` indices evenly over the frames there are.

    Args:
        num_available (int): Number N of frames there are, at least 1.
        num_frames (int): Number T of frames wanted, at least 1.

    Returns:
        np.ndarray: (T,) int64 indices, not decreasing, from the first frame
        to the last; ``0..N-1`` where T equals N, the middle where T is 1.

    Examples:
        >>> sample_frame_indices(9, 3).tolist()
        [0, 4, 8]
    """
    if num_frames == 1:
        return np.array([num_available // 2], dtype=np.int64)
    positions = np.linspace(0, num_available - 1, num_frames)
    indices: np.ndarray = positions.round().astype(np.int64)
    return indices


def sample_clip_centers(num_available: int, num_clips: int = 32) -> np.ndarray:
    """Give the centers of clips that are spread over a list of frames.

    NExT-GQA's features show the third frame of each of 32 clips of 4 frames.
    Clip i of T stands at ``floor(i N / (T + 1))``, i from 1, so neither end
    of the list is shown. The rule gives all 1,557 rows of its
    ``frame2time_{val,test}.json``.

    Args:
        num_available (int): Number N of frames in the list, at least 1.
        num_clips (int): Number T of clips. Defaults to 32.

    Returns:
        np.ndarray: (T,) int64 indices, not decreasing; some are equal where
        N is less than T + 1.

    Examples:
        >>> sample_clip_centers(9, 2).tolist()
        [3, 6]
    """
    # Published times show linspace's rounding, such as 2.9999 to 2.
    points = np.linspace(0, num_available, num_clips + 2)
    return points[1:-1].astype(np.int64)


def frames_at(frame_times: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """Find the frames that are shown at given times.

    Args:
        frame_times (np.ndarray): (N,) seconds at which frames appear, not
            decreasing.
        seconds (np.ndarray): (T,) times.

    Returns:
        np.ndarray: (T,) int64 indices: the last frame that has appeared by
        then, the first one before any has.

    Examples:
        >>> frames_at(np.array([0., 1., 5.]), np.array([.9, 1., 9.])).tolist()
        [0, 1, 2]
    """
    # Stamps are fractions: a frame may seem to appear a little too late.
    after = np.searchsorted(frame_times, seconds + _ROUNDING, 'right')
    return (after - 1).clip(min=0)


def sample_center_times(duration: float, num_clips: int = 32) -> np.ndarray:
    """Give times that are spread over a video as NExT-GQA's clips are.

    Args:
        duration (float): Seconds of the video.
        num_clips (int): Number T of clips. Defaults to 32.

    Returns:
        np.ndarray: (T,) seconds ``i duration / (T + 1)``, i from 1, so that
        neither end is shown. At a constant rate these show the frames of
        :func:`sample_clip_centers`.

    Examples:
        >>> sample_center_times(9.0, 2).tolist()
        [3.0, 6.0]
    """
    return np.linspace(0, duration, num_clips + 2)[1:-1]


def list_frames(frame_times: np.ndarray, duration: float,
                list_fps: float) -> np.ndarray:
    """Thin the frames of a video out to a list at a fixed rate.

    NExT-GQA's list has 2 frames per second: frame k shows what is seen at
    (k + 0.4) / 2 seconds, which its ``frame2time_{split}.json`` says, too.

    Args:
        frame_times (np.ndarray): (N,) seconds at which the frames of the
            video appear, not decreasing.
        duration (float): Seconds of the video.
        list_fps (float): Frames a second of the list.

    Returns:
        np.ndarray: Indices of the video's frames, int64, not decreasing.

    Examples:
        >>> list_frames(np.arange(40) / 20, 2.0, 2.0).tolist()
        [4, 14, 24, 34, 39]
    """
    listed = (np.arange(round(duration * list_fps) + 1) + 0.4) / list_fps
    return frames_at(frame_times, listed)


def center_times(num_frames: int, duration: float = 1.0) -> np.ndarray:
    """Give the centers of equal parts of a video.

    Args:
        num_frames (int): Number T of parts.
        duration (float): Duration in seconds; 1 gives fractions of the
            duration. Defaults to 1.0.

    Returns:
        np.ndarray: (T,) float64 times, in the unit of ``duration``.

    Examples:
        >>> center_times(2, 10.0).tolist()
        [2.5, 7.5]
    """
    return (np.arange(num_frames) + 0.5) * (duration / num_frames)


def resolve_frame_times(annotated: np.ndarray | None, num_frames: int,
                        duration: float | None) -> np.ndarray:
    """Give the annotated times of frames, else those of equal parts.

    Args:
        annotated (np.ndarray, optional): Times in seconds, where annotated;
            they are returned as they are.
        num_frames (int): Number T of frames otherwise.
        duration (float, optional): Seconds, where known.

    Returns:
        np.ndarray: (T,) seconds; fractions of the duration where neither
        times nor a duration are known.

    Examples:
        >>> resolve_frame_times(None, 2, 10.0).tolist()
        [2.5, 7.5]
    """
    if annotated is not None:
        return annotated
    return center_times(num_frames, 1.0 if duration is None else duration)


def resample_frame_times(times: np.ndarray, num_steps: int) -> np.ndarray:
    """Give the times of a sequence with fewer or more steps than frames.

    The frames stand for equal parts of what they show, as do the steps; a
    step has the time of the center of its part. This is where a linear
    interpolation of the frames' features takes the features of the step.

    Args:
        times (np.ndarray): (N,) times of the frames.
        num_steps (int): Number T of steps.

    Returns:
        np.ndarray: (T,) float64 times, in the unit of ``times``.

    Examples:
        >>> resample_frame_times(np.array([0., 2., 4., 6.]), 2).tolist()
        [1.0, 5.0]
    """
    positions = center_times(num_steps, len(times)) - 0.5
    resampled: np.ndarray = np.interp(positions, np.arange(len(times)), times)
    return resampled
