"""The interface of video readers, and the table of decoders."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np

from cra_plugin.errors import InputError, check_choice
from cra_plugin.utils.error_text import one_line

# docs/benchmarks.md has what each costs.
DECODERS = {
    'pyav': 'av',
    'torchcodec': 'torchcodec',
    'decord': 'decord',
}
# Reads most videos, and is always there.
DEFAULT_DECODER = 'pyav'
# Seconds after which a video is given up.
VIDEO_LIMIT = 600.
_ROOM = 'cra_plugin.feature_extraction'


class VideoError(Exception):
    """A video that cannot be read; the text is the reason, in one line."""


class VideoReader(Protocol):
    """An open video.

    Which frames it has, and when they are shown, is for the video to say
    and not for the library that reads it: see
    :class:`cra_plugin.feature_extraction.timeline.Timeline`. A reader gives
    the frame of the time, or refuses the video when it is opened.

    Attributes:
        num_frames (int): Frames N, at least 1.
        duration (float): Seconds from the first frame that is shown to the
            end of the last.
    """

    num_frames: int
    duration: float

    def times(self, indices: np.ndarray) -> np.ndarray:
        """Say when frames are shown, without their pixels.

        Args:
            indices (np.ndarray): (T,) indices in 0..N-1, not decreasing.

        Returns:
            np.ndarray: (T,) seconds since the first frame.
        """

    def read(self, indices: np.ndarray) -> tuple[list[np.ndarray],
                                                 np.ndarray]:
        """Decode frames.

        Args:
            indices (np.ndarray): (T,) indices in 0..N-1, not decreasing.

        Returns:
            tuple[list[np.ndarray], np.ndarray]: T upright RGB frames, each
            (H, W, 3) uint8, and the (T,) seconds at which they are shown.
            These are those of :meth:`times`, but where a frame turns out to
            be damaged: another is given then, with its own time.
        """


OpenVideo = Callable[[Path], AbstractContextManager[VideoReader]]


def installed_decoders() -> list[str]:
    """Name the decoders whose library is installed.

    Returns:
        list[str]: Keys of ``DECODERS``.
    """
    return [name for name, module in DECODERS.items()
            if importlib.util.find_spec(module)]


def find_decoder(name: str, limit: float = VIDEO_LIMIT) -> OpenVideo:
    """Give what opens a video with one of the decoders.

    Args:
        name (str): Key of ``DECODERS``.
        limit (float): Seconds after which a video is given up. Defaults to
            600.

    Returns:
        OpenVideo: Called with a path, gives a context manager of a
        :class:`VideoReader`. Both raise :class:`VideoError` where the video
        cannot be read, or would be read wrongly.

    Raises:
        InputError: If there is no such decoder, or it cannot be imported.
    """
    check_choice('option --decoder', name, tuple(DECODERS))
    try:
        module = importlib.import_module(f'{_ROOM}.{name}_reader')
    # Torchcodec raises RuntimeError where FFmpeg's libraries are missing.
    except (ImportError, RuntimeError, OSError) as error:
        reason = one_line(error)
        raise InputError(
            'option --decoder', f'{name}, which cannot be imported '
            f'({reason})', 'one that is installed: '
            f'{", ".join(installed_decoders())}',
            f'pip install {DECODERS[name]}') from None
    return partial(module.open_video, limit=limit)
