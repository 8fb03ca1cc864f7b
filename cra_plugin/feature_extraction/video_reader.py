"""What reads frames of a video, whichever library decodes it."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import numpy as np

from cra_plugin.errors import InputError, check_choice

# Of these, the first that works here is the default: docs/benchmarks.md has
# what each costs.
DECODERS = {
    'torchcodec': 'torchcodec',
    'pyav': 'av',
    'opencv': 'cv2',
    'decord': 'decord',
}
_ROOM = 'cra_plugin.feature_extraction'


class VideoError(Exception):
    """A video that cannot be read; the text is the reason, in one line."""


class VideoReader(Protocol):
    """An open video.

    Attributes:
        num_frames (int): Frames N, at least 1.
        duration (float): Seconds from the first frame to the end of the
            last.
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
            (H, W, 3) uint8, and their times as of :meth:`times`.
        """


OpenVideo = Callable[[Path], AbstractContextManager[VideoReader]]


def installed_decoders() -> list[str]:
    """Name the decoders whose library is installed.

    Returns:
        list[str]: Keys of ``DECODERS``, the fastest first.
    """
    return [name for name, module in DECODERS.items()
            if importlib.util.find_spec(module)]


def default_decoder() -> str:
    """Name the fastest decoder that works here.

    Returns:
        str: Key of ``DECODERS``. Torchcodec may be installed and still miss
        the libraries of FFmpeg.

    Raises:
        InputError: If none works.
    """
    for name in installed_decoders():
        try:
            find_decoder(name)
        except InputError:
            continue
        return name
    raise InputError('option --decoder', 'no library that decodes videos',
                     f'one of {", ".join(DECODERS)}', 'pip install av')


def find_decoder(name: str) -> OpenVideo:
    """Give what opens a video with one of the decoders.

    Args:
        name (str): Key of ``DECODERS``.

    Returns:
        OpenVideo: Called with a path, gives a context manager of a
        :class:`VideoReader`. Both raise :class:`VideoError` where the video
        cannot be read.

    Raises:
        InputError: If there is no such decoder, or it cannot be imported.
    """
    check_choice('option --decoder', name, tuple(DECODERS))
    try:
        module = importlib.import_module(f'{_ROOM}.{name}_reader')
    # Torchcodec raises RuntimeError where FFmpeg's libraries are missing.
    except (ImportError, RuntimeError, OSError) as error:
        reason = ' '.join(str(error).split())[:200]
        raise InputError(
            'option --decoder', f'{name}, which cannot be imported '
            f'({reason})', 'one that is installed: '
            f'{", ".join(installed_decoders())}',
            f'pip install {DECODERS[name]}') from None
    return module.open_video


def check_video(num_frames: int, duration: float) -> None:
    """Refuse a video in which nothing can be seen.

    Args:
        num_frames (int): Frames.
        duration (float): Seconds.

    Raises:
        VideoError: If either is not positive and finite.
    """
    if num_frames < 1:
        raise VideoError('it has no frames')
    if not 0 < duration < float('inf'):
        raise VideoError(f'its duration is {duration} seconds')
