"""Videos by PyAV, FFmpeg's libraries in Python."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np

from cra_plugin.feature_extraction.video_reader import VideoError, check_video


class PyAVReader:
    """See :class:`cra_plugin.feature_extraction.video_reader.VideoReader`.

    Frames are decoded from the first to the last that is wanted. With 32
    frames of a clip of a minute hardly a key frame could be skipped.

    Args:
        container (av.container.InputContainer): The open file.
    """

    def __init__(self, container: av.container.InputContainer) -> None:
        if not container.streams.video:
            raise VideoError('it has no video stream')
        self._container = container
        self._stream = container.streams.video[0]
        # Whole videos run in parallel: a thread for each is enough.
        self._stream.codec_context.thread_count = 1
        packets = [(packet.pts, packet.duration or 0)
                   for packet in container.demux(self._stream)
                   if packet.pts is not None]
        self.num_frames = len(packets)
        if not packets:
            raise VideoError('it has no frames')
        self._tick = float(self._stream.time_base or 0)
        self._stamps = np.sort([pts for pts, _ in packets])
        end = max(pts + length for pts, length in packets)
        self.duration = float(end - self._stamps[0]) * self._tick
        check_video(self.num_frames, self.duration)

    def times(self, indices: np.ndarray) -> np.ndarray:
        """See the protocol."""
        return (self._stamps[indices] - self._stamps[0]) * self._tick

    def read(self, indices: np.ndarray) -> tuple[list[np.ndarray],
                                                 np.ndarray]:
        """See the protocol."""
        wanted, last = set(indices.tolist()), int(indices[-1])
        self._container.seek(int(self._stamps[0]), stream=self._stream)
        frames: dict[int, np.ndarray] = {}
        for index, frame in enumerate(self._container.decode(self._stream)):
            if index in wanted:
                frames[index] = _upright(frame)
            if index >= last:
                break
        if len(frames) < len(wanted):
            raise VideoError(f'only {index + 1} of its {self.num_frames} '
                             'frames can be decoded')
        return [frames[index] for index in indices.tolist()
                ], self.times(indices)


def _upright(frame: av.VideoFrame) -> np.ndarray:
    """Give the pixels, turned as the file says that they are shown."""
    turns = round(frame.rotation / 90)
    return np.ascontiguousarray(
        np.rot90(frame.to_ndarray(format='rgb24'), turns))


@contextmanager
def open_video(path: Path) -> Iterator[PyAVReader]:
    """Open a video.

    Args:
        path (Path): The video.

    Yields:
        PyAVReader: Its reader.

    Raises:
        VideoError: If the video cannot be read.
    """
    try:
        with av.open(str(path)) as container:
            yield PyAVReader(container)
    except (av.error.FFmpegError, ValueError) as error:
        raise VideoError(f'PyAV: {" ".join(str(error).split())[:200]}'
                         ) from None
