"""Take the frames of a video that are shown beside its answers."""

from __future__ import annotations

import numpy as np
from PIL import Image

from cra_plugin.feature_extraction.video_reader import VideoReader
from cra_plugin.spans.frame_sampling import center_times, frames_at
from cra_plugin.structures.filmstrip import Filmstrip

# Width by height of all frames side by side, and how many there may be.
STRIP_ASPECT = 11.
MOST_FRAMES = 16
# Pixels.
HEIGHT = 180
LONGEST = 1600


def read_filmstrip(reader: VideoReader) -> Filmstrip:
    """Read as many frames as make a strip, in the middle of equal parts.

    Args:
        reader (VideoReader): The open video.

    Returns:
        Filmstrip: Its frames, ``HEIGHT`` pixels high at most.

    Raises:
        VideoError: If they cannot be read.
    """
    height, width = reader.read(np.array([0]))[0][0].shape[:2]
    count = min(max(1, round(STRIP_ASPECT * height / width)), MOST_FRAMES)
    shown = np.asarray(reader.times(np.arange(reader.num_frames)), float)
    frames, _ = reader.read(
        frames_at(shown, center_times(count, reader.duration)))
    return Filmstrip([_shrink(frame) for frame in frames], reader.duration)


def _shrink(frame: np.ndarray) -> np.ndarray:
    """Make a frame as small as it is shown."""
    height, width = frame.shape[:2]
    factor = min(1., HEIGHT / height, LONGEST / width)
    size = max(1, round(width * factor)), max(1, round(height * factor))
    return np.asarray(Image.fromarray(frame).resize(
        size, Image.Resampling.BOX))
