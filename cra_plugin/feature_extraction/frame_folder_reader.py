"""Videos as folders of pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from cra_plugin.annotations.frame_folders import (
    FrameFolderError,
    list_frame_files,
)
from cra_plugin.feature_extraction.video_reader import VideoError
from cra_plugin.utils.image_file import ImageError, read_image


class FrameFolderReader:
    """See :class:`cra_plugin.feature_extraction.video_reader.VideoReader`.

    Args:
        folder (Path): The folder of the pictures.
        fps (float): How many of them are shown per second.
    """

    def __init__(self, folder: Path, fps: float) -> None:
        self._files = list_frame_files(folder)
        self._fps = fps
        self.num_frames = len(self._files)
        self.duration = self.num_frames / fps

    def times(self, indices: np.ndarray) -> np.ndarray:
        """See the protocol."""
        return np.asarray(indices) / self._fps

    def read(self, indices: np.ndarray) -> tuple[list[np.ndarray],
                                                 np.ndarray]:
        """See the protocol."""
        frames: dict[int, np.ndarray] = {}
        for index in indices.tolist():
            if index not in frames:
                frames[index] = read_image(self._files[index])
        first = next(iter(frames.values())).shape
        for index, frame in frames.items():
            if frame.shape != first:
                raise VideoError(
                    f'{self._files[index].name} has {_size(frame.shape)} '
                    f'pixels, other frames {_size(first)}')
        return [frames[index] for index in indices.tolist()], self.times(
            indices)


def _size(shape: tuple[int, ...]) -> str:
    """Write width and height."""
    return f'{shape[1]} x {shape[0]}'


@contextmanager
def open_frame_folder(folder: Path,
                      fps: float) -> Iterator[FrameFolderReader]:
    """Open a folder of pictures as a video.

    Args:
        folder (Path): The folder.
        fps (float): How many pictures are shown per second.

    Yields:
        FrameFolderReader: Its reader.

    Raises:
        VideoError: If it is no video, or a picture cannot be read.
    """
    try:
        yield FrameFolderReader(folder, fps)
    except (FrameFolderError, ImageError) as error:
        raise VideoError(str(error)) from None
