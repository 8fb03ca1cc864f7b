"""Videos by decord, the decoder of mmaction2."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import decord
import numpy as np

from cra_plugin.feature_extraction.video_reader import VideoError, check_video

# Its own level prints FFmpeg's warnings of every odd video.
decord.logging.set_level(decord.logging.FATAL)


class DecordReader:
    """See :class:`cra_plugin.feature_extraction.video_reader.VideoReader`.

    Of a few tiny widths (48 or 72 pixels) decord can decode nothing:
    https://github.com/dmlc/decord/issues/336. Just before the key frame of an
    open group of pictures it gives a frame that is shown a little later.

    Args:
        path (Path): The video.
    """

    def __init__(self, path: Path) -> None:
        # Whole videos run in parallel: a thread for each is enough.
        self._reader = decord.VideoReader(str(path), num_threads=1)
        self.num_frames = len(self._reader)
        if not self.num_frames:
            raise VideoError('it has no frames')
        shown = self._reader.get_frame_timestamp([0, self.num_frames - 1])
        self._start = float(shown[0, 0])
        self.duration = float(shown[1, 1]) - self._start
        check_video(self.num_frames, self.duration)

    def times(self, indices: np.ndarray) -> np.ndarray:
        """See the protocol."""
        shown = self._reader.get_frame_timestamp(indices)
        return shown[:, 0].astype(np.float64) - self._start

    def read(self, indices: np.ndarray) -> tuple[list[np.ndarray],
                                                 np.ndarray]:
        """See the protocol."""
        return (list(self._reader.get_batch(indices).asnumpy()),
                self.times(indices))


@contextmanager
def open_video(path: Path) -> Iterator[DecordReader]:
    """Open a video.

    Args:
        path (Path): The video.

    Yields:
        DecordReader: Its reader.

    Raises:
        VideoError: If the video cannot be read.
    """
    try:
        yield DecordReader(path)
    except (decord.DECORDError, RuntimeError, ValueError) as error:
        # The message goes on with a stack trace.
        lines = str(error).split('Stack trace')[0].split()
        raise VideoError(f'decord: {" ".join(lines)[:200]}') from None
