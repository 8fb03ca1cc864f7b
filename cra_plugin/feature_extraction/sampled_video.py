"""Sample the frames of a video that are to be encoded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cra_plugin.feature_extraction.video_reader import (
    OpenVideo,
    VideoError,
    VideoReader,
)
from cra_plugin.spans.frame_sampling import (
    frames_at,
    list_frames,
    sample_center_times,
    sample_clip_centers,
)

# Decoders round times differently, far below a millisecond.
DECIMALS = 3


@dataclass(frozen=True)
class VideoTimes:
    """When the sampled frames of a video are shown.

    Attributes:
        duration (float): Seconds, to a millisecond.
        frame_times (list[float]): T seconds, to a millisecond.
    """

    duration: float
    frame_times: list[float]


@dataclass(frozen=True)
class FrameSampling:
    """Which frames of a video are taken: evenly in time, not in number.

    Attributes:
        num_frames (int): Number T of frames. Defaults to 32.
        list_fps (float, optional): Rate of the list from which they are
            taken; None for every frame. Defaults to None.
    """

    num_frames: int = 32
    list_fps: float | None = None

    def __call__(self, reader: VideoReader) -> np.ndarray:
        """Choose frames.

        Args:
            reader (VideoReader): The video.

        Returns:
            np.ndarray: (T,) indices.
        """
        shown = reader.times(np.arange(reader.num_frames))
        if self.list_fps is None:
            return frames_at(shown, sample_center_times(
                reader.duration, self.num_frames))
        listed = list_frames(shown, reader.duration, self.list_fps)
        chosen: np.ndarray = listed[sample_clip_centers(
            len(listed), self.num_frames)]
        return chosen


def probe_video(path: Path | None, open_video: OpenVideo,
                sampling: FrameSampling) -> VideoTimes:
    """Find the duration and frame times of a video.

    Args:
        path (Path, optional): The video; None where it has no file.
        open_video (OpenVideo): What opens it.
        sampling (FrameSampling): Which frames are taken.

    Returns:
        VideoTimes: What was found.

    Raises:
        VideoError: If the video cannot be read.
    """
    with open_video(_existing(path)) as reader:
        times = reader.times(sampling(reader))
        return _rounded(reader.duration, times)


def sample_video(path: Path | None, open_video: OpenVideo,
                 sampling: FrameSampling
                 ) -> tuple[list[np.ndarray], VideoTimes]:
    """Decode the frames of a video that are to be encoded.

    Args:
        path (Path, optional): The video; None where it has no file.
        open_video (OpenVideo): What opens it.
        sampling (FrameSampling): Which frames are taken.

    Returns:
        tuple[list[np.ndarray], VideoTimes]: T frames, (H, W, 3) uint8, and
        their times.

    Raises:
        VideoError: If the video cannot be read.
    """
    with open_video(_existing(path)) as reader:
        frames, times = reader.read(sampling(reader))
        return frames, _rounded(reader.duration, times)


def _existing(path: Path | None) -> Path:
    """Refuse a video without a file, or an empty one."""
    if path is None:
        raise VideoError('no such file')
    if not path.is_dir() and not path.stat().st_size:
        raise VideoError('the file is empty')
    return path


def _rounded(duration: float, times: np.ndarray) -> VideoTimes:
    """Round seconds to what every decoder agrees on, and check them."""
    if (np.diff(times, prepend=0) < 0).any() or not times[-1] <= duration:
        raise VideoError('the times of its frames are out of order; another '
                         'decoder may read them')
    return VideoTimes(round(float(duration), DECIMALS),
                      np.asarray(times, float).round(DECIMALS).tolist())
