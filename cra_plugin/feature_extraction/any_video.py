"""Opening whatever people call a video."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cra_plugin.errors import InputError
from cra_plugin.feature_extraction.array_reader import open_array
from cra_plugin.feature_extraction.frame_folder_reader import (
    open_frame_folder,
)
from cra_plugin.feature_extraction.video_reader import (
    DEFAULT_DECODER,
    VideoError,
    VideoReader,
    find_decoder,
)
from cra_plugin.utils.regular_file import require_file

# Frames per second: one per day is less than any camera takes.
MIN_FPS = 1e-5


@dataclass(frozen=True, eq=False)
class AnyVideo:
    """A video file, a folder of frames, or frames in memory.

    Attributes:
        content (Path | np.ndarray): The file or folder, or (N, H, W, 3)
            uint8 RGB.
        fps (float, optional): Frames a second; a folder needs it.
        frame_times (Sequence[float], optional): (N,) seconds, of frames in
            memory.
        duration (float, optional): Seconds, of frames in memory.
        decoder (str): Of files. Defaults to 'pyav'.
    """

    content: Path | np.ndarray
    fps: float | None = None
    frame_times: Sequence[float] | None = None
    duration: float | None = None
    decoder: str = DEFAULT_DECODER

    def __post_init__(self) -> None:
        content = self.content
        if isinstance(content, Path):
            if not content.exists():
                raise InputError(content, 'no such file', 'a video, or a '
                                 'folder of its frames')
            if not content.is_dir():
                # A pipe would be waited for.
                require_file(content, 'a video, or a folder of its frames')
            elif self.fps is None:
                raise InputError(content, 'a folder of frames without fps',
                                 'how many of them are shown per second',
                                 'pass fps (--fps)')
        if self.fps is not None and not MIN_FPS <= self.fps < 1e6:
            raise InputError('fps', f'{self.fps}', 'frames per second, from '
                             f'{MIN_FPS} to less than 1000000',
                             'pass fps (--fps)')

    @contextmanager
    def open(self) -> Iterator[VideoReader]:
        """Open it.

        Yields:
            VideoReader: Its reader.

        Raises:
            InputError: If it cannot be read.
        """
        content = self.content
        if not isinstance(content, Path):
            with open_array(content, self.frame_times, self.duration,
                            self.fps) as frames:
                yield frames
            return
        try:
            with open_frame_folder(content, self.fps or 0) if (
                    content.is_dir()) else find_decoder(self.decoder)(
                        content) as reader:
                yield reader
        except (VideoError, OSError) as error:
            raise InputError(
                content, f'a video that cannot be read '
                f'({" ".join(str(error).split())})', 'a video with frames',
                'try it in a player, or convert it') from None
