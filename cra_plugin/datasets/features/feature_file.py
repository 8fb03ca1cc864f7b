"""Writes frame features in the layout of NExT-GQA's own feature files."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import h5py
import numpy as np

from cra_plugin.datasets.features.feature_times import (
    DURATION_KEY,
    TIMES_KEY,
    FeatureTimes,
)
from cra_plugin.utils.files import atomic_path, check_room

FEATURE_KEY = 'CLIPL_I'


def write_feature_file(path: str | Path,
                       features: Iterable[tuple[str, np.ndarray]],
                       shape: tuple[int, int, int],
                       dtype: str = 'float32',
                       key: str = FEATURE_KEY,
                       times: FeatureTimes | None = None,
                       attributes: Mapping[str, str] | None = None) -> None:
    """Write features one video at a time, so that they never lie in memory.

    The file holds ``vid``, (N,) strings, and ``CLIPL_I``, (N, T, D).

    Args:
        path (str | Path): The h5 file; it appears when it is complete.
        features (Iterable[tuple[str, np.ndarray]]): N pairs of video id and
            (T, D) frame features.
        shape (tuple[int, int, int]): (N, T, D).
        dtype (str): ``'float32'`` or ``'float16'``. Defaults to 'float32'.
        key (str): Name of the features. Defaults to 'CLIPL_I'.
        times (FeatureTimes, optional): Durations and frame times of all
            videos, written to ``duration``, (N,), and ``frame_times``,
            (N, T), in seconds. Defaults to None.
        attributes (Mapping[str, str], optional): Attributes of the file.
            Defaults to None.

    Raises:
        ValueError: If ``features`` does not hold N videos.
        InputError: If the disk has no room for it.
    """
    check_room(path, math.prod(shape) * np.dtype(dtype).itemsize)
    with atomic_path(path) as temporary, h5py.File(temporary, 'w') as file:
        frames = file.create_dataset(key, shape, dtype)
        video_ids: list[str] = []
        for video_id, video_frames in features:
            frames[len(video_ids)] = video_frames
            video_ids.append(video_id)
        if len(video_ids) != shape[0]:
            raise ValueError(f'{path}: {len(video_ids)} videos were given, '
                             f'the shape says {shape[0]}')
        file.create_dataset('vid', data=video_ids, dtype=h5py.string_dtype())
        if times is not None:
            file[DURATION_KEY] = np.array(
                [times.durations[video_id] for video_id in video_ids])
            file[TIMES_KEY] = np.array(
                [times.frame_times[video_id] for video_id in video_ids])
        file.attrs.update(attributes or {})


def read_attribute(path: str | Path, name: str) -> str | None:
    """Read what :func:`write_feature_file` was told to write down.

    Args:
        path (str | Path): An h5 file.
        name (str): Name of the attribute.

    Returns:
        str, optional: The attribute; None where it is no text, or the file
        cannot be read.
    """
    try:
        with h5py.File(path, 'r') as file:
            value = file.attrs.get(name)
    except (OSError, KeyError, RuntimeError, TypeError, ValueError):
        return None
    return value if isinstance(value, str) else None
