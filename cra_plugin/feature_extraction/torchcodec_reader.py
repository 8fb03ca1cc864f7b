"""Videos by torchcodec, which needs FFmpeg's own libraries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from torchcodec.decoders import VideoDecoder

from cra_plugin.feature_extraction.video_reader import VideoError, check_video


class TorchCodecReader:
    """See :class:`cra_plugin.feature_extraction.video_reader.VideoReader`.

    Args:
        path (Path): The video.
    """

    def __init__(self, path: Path) -> None:
        # Whole videos run in parallel: a thread for each is enough.
        self._decoder = VideoDecoder(
            str(path), dimension_order='NHWC', num_ffmpeg_threads=1)
        about = self._decoder.metadata
        self.num_frames = len(self._decoder)
        self._start = about.begin_stream_seconds
        self.duration = about.end_stream_seconds - self._start
        check_video(self.num_frames, self.duration)

    def times(self, indices: np.ndarray) -> np.ndarray:
        """See the protocol."""
        return self.read(indices)[1]

    def read(self, indices: np.ndarray) -> tuple[list[np.ndarray],
                                                 np.ndarray]:
        """See the protocol."""
        batch = self._decoder.get_frames_at(indices.tolist())
        return (list(batch.data.numpy()),
                batch.pts_seconds.numpy() - self._start)


@contextmanager
def open_video(path: Path) -> Iterator[TorchCodecReader]:
    """Open a video.

    Args:
        path (Path): The video.

    Yields:
        TorchCodecReader: Its reader.

    Raises:
        VideoError: If the video cannot be read.
    """
    try:
        yield TorchCodecReader(path)
    except (RuntimeError, ValueError, IndexError, TypeError) as error:
        raise VideoError(f'torchcodec: {" ".join(str(error).split())[:200]}'
                         ) from None
