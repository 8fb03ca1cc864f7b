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

    What no wanted frame needs is skipped, from key frame to key frame.

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
        # AVI files have the order of decoding alone.
        packets = [
            (stamp, packet.duration or 0, packet.is_keyframe)
            for packet in container.demux(self._stream) if packet.size and (
                stamp := packet.dts if packet.pts is None else packet.pts
            ) is not None]
        self.num_frames = len(packets)
        if not packets:
            raise VideoError('it has no frames')
        self._tick = float(self._stream.time_base or 0)
        self._stamps = np.sort([stamp for stamp, _, _ in packets])
        self._keys = np.sort(
            [stamp for stamp, _, key in packets if key] or self._stamps[:1])
        end = max(stamp + length for stamp, length, _ in packets)
        self.duration = float(end - self._stamps[0]) * self._tick
        check_video(self.num_frames, self.duration)

    def times(self, indices: np.ndarray) -> np.ndarray:
        """See the protocol."""
        return (self._stamps[indices] - self._stamps[0]) * self._tick

    def read(self, indices: np.ndarray) -> tuple[list[np.ndarray],
                                                 np.ndarray]:
        """See the protocol."""
        wanted = self._stamps[indices].tolist()
        frames = self._jump(wanted)
        if set(frames) != set(wanted):
            # Its index misleads, or its frames have no times.
            frames = self._walk(indices)
        return [frames[stamp] for stamp in wanted], self.times(indices)

    def _jump(self, wanted: list[int]) -> dict[int, np.ndarray]:
        """Decode from the key frame before each wanted frame."""
        frames: dict[int, np.ndarray] = {}
        at = None
        for stamp in wanted:
            after = int(np.searchsorted(self._keys, stamp, 'right'))
            key = int(self._keys[max(0, after - 1)])
            if at is None or at < key:
                decoding = self._decode_from(key)
            elif at >= stamp:
                continue
            for frame in decoding:
                at = frame.pts
                if at is None:
                    return {}
                if at >= stamp:
                    frames[at] = _upright(frame)
                    break
        return frames

    def _walk(self, indices: np.ndarray) -> dict[int, np.ndarray]:
        """Count frames from the first one."""
        wanted, frames, index = set(indices.tolist()), {}, -1
        for index, frame in enumerate(
                self._decode_from(int(self._stamps[0]))):
            if index in wanted:
                frames[int(self._stamps[index])] = _upright(frame)
            if index >= indices[-1]:
                return frames
        raise VideoError(f'only {index + 1} of its {self.num_frames} frames '
                         'can be decoded')

    def _decode_from(self, stamp: int) -> Iterator[av.VideoFrame]:
        """Decode from the key frame at a time or before it."""
        self._container.seek(stamp, stream=self._stream)
        return self._container.decode(self._stream)


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
