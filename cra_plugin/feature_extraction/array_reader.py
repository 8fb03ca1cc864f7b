"""Videos as arrays of frames that are in memory already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from cra_plugin.errors import InputError


class ArrayReader:
    """See :class:`cra_plugin.feature_extraction.video_reader.VideoReader`.

    Args:
        frames (np.ndarray): (N, H, W, 3) uint8, RGB.
        frame_times (Sequence[float]): (N,) seconds since the first frame.
        duration (float): Seconds.
    """

    def __init__(self, frames: np.ndarray, frame_times: Sequence[float],
                 duration: float) -> None:
        self._frames = frames
        self._times = np.asarray(frame_times, dtype=float)
        self.num_frames = len(frames)
        self.duration = float(duration)

    def times(self, indices: np.ndarray) -> np.ndarray:
        """See the protocol."""
        times: np.ndarray = self._times[indices]
        return times

    def read(self, indices: np.ndarray) -> tuple[list[np.ndarray],
                                                 np.ndarray]:
        """See the protocol."""
        return [self._frames[index] for index in indices], self.times(indices)


@contextmanager
def open_array(frames: np.ndarray, frame_times: Sequence[float] | None,
               duration: float | None,
               fps: float | None) -> Iterator[ArrayReader]:
    """Open frames as a video.

    Args:
        frames (np.ndarray): (N, H, W, 3) uint8, RGB.
        frame_times (Sequence[float], optional): (N,) seconds since the first
            frame, not decreasing.
        duration (float, optional): Seconds. None with ``frame_times`` adds
            the mean gap between frames to the last time.
        fps (float, optional): Frames a second, in place of ``frame_times``.

    Yields:
        ArrayReader: Its reader.

    Raises:
        InputError: If the frames are none, or nothing says when they are
            shown.
    """
    if frames.dtype != np.uint8 or frames.ndim != 4 or (
            frames.shape[-1] != 3) or not len(frames):
        raise InputError('frames', f'{frames.dtype} of shape {frames.shape}',
                         'uint8 of shape (N, H, W, 3), RGB')
    if frame_times is None:
        if not fps and not duration:
            raise InputError('frames', 'no times', 'frame_times, fps or '
                             'duration', 'pass one of them')
        step = 1 / fps if fps else float(duration or 0) / len(frames)
        frame_times = (np.arange(len(frames)) * step).tolist()
    times = np.asarray(frame_times, dtype=float)
    if times.shape != (len(frames), ) or not np.isfinite(times).all() or (
            np.diff(times, prepend=0) < 0).any():
        raise InputError('frame_times', f'{times.shape} numbers',
                         f'{len(frames)} seconds, from 0 and not decreasing')
    if duration is None:
        gap = 1 / fps if fps else float(np.diff(times).mean() or 1) if (
            len(times) > 1) else 1.
        duration = float(times[-1]) + gap
    yield ArrayReader(frames, times.tolist(), duration)
