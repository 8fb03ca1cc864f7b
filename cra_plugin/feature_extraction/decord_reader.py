"""Videos by decord, the decoder of mmaction2."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import decord
import numpy as np

from cra_plugin.feature_extraction.foreign_reader import (
    check_foreign_reader,
)
from cra_plugin.feature_extraction.time_limit import TimeLimit
from cra_plugin.feature_extraction.timeline import read_timeline
from cra_plugin.feature_extraction.video_reader import VideoError
from cra_plugin.utils.error_text import one_line

# Its own level prints FFmpeg's warnings of every odd video.
decord.logging.set_level(decord.logging.FATAL)


class DecordReader:
    """See :class:`cra_plugin.feature_extraction.video_reader.VideoReader`.

    Of a few tiny widths (48 or 72 pixels) decord can decode nothing:
    https://github.com/dmlc/decord/issues/336.

    Args:
        path (Path): The video.
        limit (TimeLimit): The time that is left for it.
    """

    def __init__(self, path: Path, limit: TimeLimit) -> None:
        self.timeline = read_timeline(path, limit)
        self.num_frames = len(self.timeline.times)
        self.duration = self.timeline.duration
        self._limit = limit
        check_foreign_reader(self.timeline)
        # Whole videos run in parallel: a thread for each is enough.
        self._reader = limit.call(
            lambda: decord.VideoReader(str(path), num_threads=1))
        check_foreign_reader(self.timeline, self._reader,
                             len(self._reader))

    def times(self, indices: np.ndarray) -> np.ndarray:
        """See the protocol."""
        seconds: np.ndarray = self.timeline.times[indices]
        return seconds

    def read(self, indices: np.ndarray) -> tuple[list[np.ndarray],
                                                 np.ndarray]:
        """See the protocol."""
        frames = self._limit.call(
            lambda: self._reader.get_batch(indices).asnumpy())
        return list(frames), self.times(indices)


@contextmanager
def open_video(path: Path, limit: float) -> Iterator[DecordReader]:
    """Open a video.

    Args:
        path (Path): The video.
        limit (float): Seconds after which it is given up.

    Yields:
        DecordReader: Its reader.

    Raises:
        VideoError: If the video cannot be read, or decord would show other
            frames than its stamps say.
    """
    try:
        yield DecordReader(path, TimeLimit(limit))
    except (decord.DECORDError, RuntimeError, ValueError) as error:
        # The message goes on with a stack trace.
        message = str(error).split('Stack trace')[0]
        raise VideoError(f'decord: {one_line(message)}') from None
