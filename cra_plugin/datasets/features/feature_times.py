"""Durations and frame times that a feature file may hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import h5py
import numpy as np

from cra_plugin.annotations.nextgqa_videos import (
    parse_duration,
    parse_frame_times,
)
from cra_plugin.datasets.features.stored_dataset import find_dataset
from cra_plugin.errors import InputError

DURATION_KEY = 'duration'
TIMES_KEY = 'frame_times'


class FeatureTimes(NamedTuple):
    """What a feature file says of its videos.

    Attributes:
        durations (dict[str, float]): Video to seconds; empty where the file
            does not say.
        frame_times (dict[str, np.ndarray]): Video to the (T,) seconds of its
            frames; empty where the file does not say.
    """

    durations: dict[str, float]
    frame_times: dict[str, np.ndarray]


def read_feature_times(file: h5py.File, path: str, video_ids: Sequence[str],
                       num_frames: int) -> FeatureTimes:
    """Read the optional datasets of a feature file.

    Args:
        file (h5py.File): The open file. It may hold ``duration``, (N,)
            seconds, and ``frame_times``, (N, T) seconds; NExT-GQA's own
            files hold neither.
        path (str): Its path, for messages.
        video_ids (Sequence[str]): The N videos, in the order of the rows.
        num_frames (int): The number T of frames of a video.

    Returns:
        FeatureTimes: By video.

    Raises:
        InputError: If a dataset has another shape, a duration is not
            positive, or frame times are not finite, not sorted or outside
            the video.
    """
    size = len(video_ids)
    seconds = _read(file, path, DURATION_KEY, (size, ))
    rows = _read(file, path, TIMES_KEY, (size, num_frames))
    durations = {} if seconds is None else {
        video_id: parse_duration(f'{path}, video {video_id}', value)
        for video_id, value in zip(video_ids, seconds.tolist())
    }
    frame_times = {} if rows is None else {
        video_id: parse_frame_times(
            f'{path}: {TIMES_KEY}, video {video_id}', row,
            durations.get(video_id, np.inf))
        for video_id, row in zip(video_ids, rows.tolist())
    }
    return FeatureTimes(durations, frame_times)


def _read(file: h5py.File, path: str, key: str,
          shape: tuple[int, ...]) -> np.ndarray | None:
    """Read a dataset of this shape, if there is one of this name."""
    item = find_dataset(file, path, key)
    if item is None:
        return None
    if item.shape != shape or item.dtype.kind not in 'fiu':
        raise InputError(f'{path}: {key}',
                         f'{item.dtype} of shape {item.shape}',
                         f'numbers of shape {shape}, in seconds',
                         'extract the features again')
    times: np.ndarray = item[()]
    return times
