"""Videos by PyAV, FFmpeg's libraries in Python."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream

from cra_plugin.feature_extraction.display_matrix import turn
from cra_plugin.feature_extraction.time_limit import TimeLimit
from cra_plugin.feature_extraction.timeline import timeline_of
from cra_plugin.feature_extraction.video_reader import VideoError
from cra_plugin.feature_extraction.video_stream import (
    decode_sound,
    open_stream,
)


class PyAVReader:
    """See :class:`cra_plugin.feature_extraction.video_reader.VideoReader`.

    What no wanted frame needs is skipped, from key frame to key frame, in
    files with an index; others are decoded from their start.

    Args:
        path (Path): The video.
        container (InputContainer): The same, open.
        stream (VideoStream): Its stream.
        limit (TimeLimit): The time that is left for it.
    """

    def __init__(self, path: Path, container: InputContainer,
                 stream: VideoStream, limit: TimeLimit) -> None:
        self._path = path
        self._container = container
        self._stream = stream
        self._limit = limit
        self.timeline = timeline_of(path, container, stream, limit)
        self.num_frames = len(self.timeline.times)
        self.duration = self.timeline.duration

    def times(self, indices: np.ndarray) -> np.ndarray:
        """See the protocol."""
        seconds: np.ndarray = self.timeline.times[indices]
        return seconds

    def read(self, indices: np.ndarray) -> tuple[list[np.ndarray],
                                                 np.ndarray]:
        """See the protocol."""
        wanted, rows = np.unique(indices, return_inverse=True)
        shown: list[int] = []
        images: list[np.ndarray] = []
        for index, image in self.stream(wanted):
            images.append(image)
            shown.append(index)
        return ([images[row] for row in rows],
                self.times(np.array(shown)[rows]))

    def stream(self, wanted: np.ndarray
               ) -> Iterator[tuple[int, np.ndarray]]:
        """Decode frames one after the other, however many there are.

        Args:
            wanted (np.ndarray): (T,) indices, increasing.

        Yields:
            tuple[int, np.ndarray]: For each, the index of the frame that is
            given, which is another where that one is damaged, and its (H, W,
            3) uint8 pixels as they are shown, all of the size of the first.
        """
        last, image, size = -1, np.empty(0), (0, 0)
        for index, frame in (
                self._count(wanted) if self.timeline.stamps is None else
                self._seek(self.timeline.stamps, wanted)):
            self._limit.check()
            if last < 0:
                size = frame.width, frame.height
            if index != last:
                image = turn(frame.to_ndarray(
                    format='rgb24', width=size[0], height=size[1]),
                    self.timeline.turn)
            yield index, image
            last = index

    def _count(self, wanted: np.ndarray
               ) -> Iterator[tuple[int, av.VideoFrame]]:
        """Decode all frames up to the last that is wanted."""
        missing = set(wanted.tolist())
        for index, frame in enumerate(self._decode_all()):
            if index in missing:
                yield index, frame
                missing.remove(index)
                if not missing:
                    return
        raise VideoError('it gives fewer frames the second time')

    def _decode_all(self) -> Iterator[av.VideoFrame]:
        """Decode from the start."""
        with open_stream(self._path) as (container, stream):
            yield from decode_sound(container, stream, self._limit)

    def _seek(self, stamps: np.ndarray,
              wanted: np.ndarray) -> Iterator[tuple[int, av.VideoFrame]]:
        """Decode from the key frame before each wanted frame.

        In place of a frame that cannot be decoded goes what is shown when it
        should appear: the frame before it.
        """
        shown = frame = None
        frames: Iterator[av.VideoFrame] = iter(())
        for stamp in stamps[wanted].tolist():
            after = np.searchsorted(self.timeline.keys, stamp, 'right')
            key = int(self.timeline.keys[max(0, after - 1)])
            if frame is None or _stamp(frame) < key:
                frames, frame = self._enter(key, stamp)
            while frame is not None and _stamp(frame) <= stamp:
                shown = frame
                if _stamp(frame) == stamp:
                    break
                frame = next(frames, None)
            shown = shown or frame
            if shown is None:
                raise VideoError('none of its frames can be decoded')
            index = min(int(np.searchsorted(stamps, _stamp(shown))),
                        len(stamps) - 1)
            if stamps[index] != _stamp(shown):
                raise VideoError('its frames are not those that it lists')
            yield index, shown

    def _enter(self, key: int, stamp: int
               ) -> tuple[Iterator[av.VideoFrame], av.VideoFrame | None]:
        """Start decoding at or before a stamp; give the first frame, too."""
        self._container.seek(key, stream=self._stream)
        frames = decode_sound(self._container, self._stream, self._limit)
        frame = next(frames, None)
        if frame is None or _stamp(frame) > stamp:
            # The index misleads, or all up to there is damaged.
            frames = self._decode_all()
            frame = next(frames, None)
        return frames, frame


def _stamp(frame: av.VideoFrame) -> int:
    """Give the ticks at which a frame is shown."""
    if frame.pts is None:
        raise VideoError('frames of it have no time stamp')
    return frame.pts


@contextmanager
def open_video(path: Path, limit: float) -> Iterator[PyAVReader]:
    """Open a video.

    Args:
        path (Path): The video.
        limit (float): Seconds after which it is given up.

    Yields:
        PyAVReader: Its reader.

    Raises:
        VideoError: If the video cannot be read.
    """
    clock = TimeLimit(limit)
    with open_stream(path) as (container, stream):
        yield PyAVReader(path, container, stream, clock)
