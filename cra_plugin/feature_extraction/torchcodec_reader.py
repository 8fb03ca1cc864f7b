"""Videos by torchcodec, which needs FFmpeg's own libraries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from torchcodec.decoders import VideoDecoder

from cra_plugin.feature_extraction.time_limit import TimeLimit
from cra_plugin.feature_extraction.timeline import read_timeline
from cra_plugin.feature_extraction.video_reader import VideoError
from cra_plugin.utils.error_text import one_line


class TorchCodecReader:
    """See :class:`cra_plugin.feature_extraction.video_reader.VideoReader`.

    Args:
        path (Path): The video.
        limit (TimeLimit): The time that is left for it.
    """

    def __init__(self, path: Path, limit: TimeLimit) -> None:
        self.timeline = read_timeline(path, limit)
        self.num_frames = len(self.timeline.times)
        self.duration = self.timeline.duration
        self._limit = limit
        if self.timeline.stamps is None:
            raise VideoError('its frames have to be counted, which '
                             'torchcodec does not do; PyAV reads it')
        if self.timeline.mirrored:
            raise VideoError('it is mirrored, which torchcodec does not '
                             'heed; PyAV reads it')
        # Whole videos run in parallel: a thread for each is enough.
        self._decoder = limit.call(lambda: VideoDecoder(
            str(path), stream_index=self.timeline.stream,
            dimension_order='NHWC', num_ffmpeg_threads=1))
        if len(self._decoder) != self.num_frames:
            raise VideoError(f'torchcodec counts {len(self._decoder)} frames '
                             f'instead of {self.num_frames}; PyAV reads it')

    def times(self, indices: np.ndarray) -> np.ndarray:
        """See the protocol."""
        seconds: np.ndarray = self.timeline.times[indices]
        return seconds

    def read(self, indices: np.ndarray) -> tuple[list[np.ndarray],
                                                 np.ndarray]:
        """See the protocol."""
        batch = self._limit.call(self._decoder.get_frames_at,
                                 indices.tolist())
        start = self._decoder.metadata.begin_stream_seconds_from_content
        shown = batch.pts_seconds.numpy() - start
        times = self.times(indices)
        if np.abs(shown - times).max() > 1e-3:
            raise VideoError('torchcodec shows other frames of it; PyAV '
                             'reads it')
        return list(batch.data.numpy()), times


@contextmanager
def open_video(path: Path, limit: float) -> Iterator[TorchCodecReader]:
    """Open a video.

    Args:
        path (Path): The video.
        limit (float): Seconds after which it is given up.

    Yields:
        TorchCodecReader: Its reader.

    Raises:
        VideoError: If the video cannot be read.
    """
    try:
        yield TorchCodecReader(path, TimeLimit(limit))
    except (RuntimeError, ValueError, IndexError, TypeError) as error:
        raise VideoError(f'torchcodec: {one_line(error)}'
                         ) from None
