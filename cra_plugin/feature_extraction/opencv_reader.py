"""Videos by OpenCV."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np

from cra_plugin.feature_extraction.video_reader import VideoError, check_video


class OpenCVReader:
    """See :class:`cra_plugin.feature_extraction.video_reader.VideoReader`.

    Frames are decoded from the first to the last that is wanted, also for
    their times: OpenCV seeks slowly, and cannot list times. The number of
    frames and the duration are those that the file states.

    Args:
        capture (cv2.VideoCapture): The open file.
    """

    def __init__(self, capture: cv2.VideoCapture) -> None:
        self._capture = capture
        self.num_frames = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
        rate = capture.get(cv2.CAP_PROP_FPS)
        self.duration = self.num_frames / rate if rate > 0 else 0.0
        check_video(self.num_frames, self.duration)

    def times(self, indices: np.ndarray) -> np.ndarray:
        """See the protocol."""
        return np.array([time for _, time in self._walk(indices)])

    def read(self, indices: np.ndarray) -> tuple[list[np.ndarray],
                                                 np.ndarray]:
        """See the protocol."""
        frames, times, previous = [], [], -1
        for index, time in self._walk(indices):
            if index != previous:
                image = self._retrieve(index)
            frames.append(image)
            times.append(time)
            previous = index
        return frames, np.array(times)

    def _walk(self, indices: np.ndarray) -> Iterator[tuple[int, float]]:
        """Stand on one wanted frame after another, and say when it is."""
        if self._capture.get(cv2.CAP_PROP_POS_FRAMES) > 0:
            self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
        at, start, time = -1, 0.0, 0.0
        for index in indices.tolist():
            while at < index:
                if not self._capture.grab():
                    raise VideoError(f'only {at + 1} of its '
                                     f'{self.num_frames} frames can be '
                                     'decoded')
                at += 1
                time = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
                start = time if at == 0 else start
            yield index, time - start

    def _retrieve(self, index: int) -> np.ndarray:
        """Give the pixels of the frame on which the file stands."""
        done, image = self._capture.retrieve()
        if not done:
            raise VideoError(f'frame {index} cannot be decoded')
        return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


@contextmanager
def open_video(path: Path) -> Iterator[OpenCVReader]:
    """Open a video.

    Args:
        path (Path): The video.

    Yields:
        OpenCVReader: Its reader.

    Raises:
        VideoError: If the video cannot be read.
    """
    # Whole videos run in parallel: a thread for each is enough.
    capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG,
                               [cv2.CAP_PROP_N_THREADS, 1])
    try:
        if not capture.isOpened():
            raise VideoError('OpenCV cannot open it as a video')
        yield OpenCVReader(capture)
    except cv2.error as error:
        raise VideoError(f'OpenCV: {" ".join(str(error).split())[:200]}'
                         ) from None
    finally:
        capture.release()
