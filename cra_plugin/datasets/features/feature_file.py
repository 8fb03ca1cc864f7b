"""Writes frame features in the layout of NExT-GQA's own feature files."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import h5py
import numpy as np

from cra_plugin.datasets.features.feature_ids import IDS_KEY
from cra_plugin.datasets.features.feature_times import (
    DURATION_KEY,
    TIMES_KEY,
    FeatureTimes,
)
from cra_plugin.utils.files import atomic_path, check_room
from cra_plugin.utils.trial_run import returns_in_time

FEATURE_KEY = 'CLIPL_I'
# The first one of HDF5 with checksums of what describes the datasets.
CHECKED_FORMAT = ('v110', 'v110')
# CPU time to read an attribute.
_SECONDS = 10


def write_feature_file(path: str | Path,
                       features: Iterable[tuple[str, np.ndarray]],
                       shape: tuple[int, int, int],
                       dtype: str = 'float32',
                       key: str = FEATURE_KEY,
                       times: FeatureTimes | None = None,
                       attributes: Mapping[str, str] | None = None) -> None:
    """Write features one video at a time, so that they never lie in memory.

    The file holds ``vid``, (N,) strings, and ``CLIPL_I``, (N, T, D). What it
    holds has checksums, so that a bit that changes later is noticed.

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
    with (atomic_path(path) as temporary,
          h5py.File(temporary, 'w', libver=CHECKED_FORMAT) as file):
        frames = file.create_dataset(
            key, shape, dtype, chunks=(1, *shape[1:]), fletcher32=True)
        video_ids: list[str] = []
        for video_id, video_frames in features:
            frames[len(video_ids)] = video_frames
            video_ids.append(video_id)
        if len(video_ids) != shape[0]:
            raise ValueError(f'{path}: {len(video_ids)} videos were given, '
                             f'the shape says {shape[0]}')
        _write(file, IDS_KEY, _fixed_texts(video_ids))
        if times is not None:
            _write(file, DURATION_KEY, np.array(
                [times.durations[video_id] for video_id in video_ids]))
            _write(file, TIMES_KEY, np.array(
                [times.frame_times[video_id] for video_id in video_ids]))
        for name, text in (attributes or {}).items():
            file.attrs[name] = _fixed_texts([text])[0]


def _write(file: h5py.File, name: str, values: np.ndarray) -> None:
    """Write a dataset of one chunk, with a checksum."""
    file.create_dataset(name, data=values, fletcher32=True,
                        chunks=tuple(max(1, size) for size in values.shape))


def _fixed_texts(texts: list[str]) -> np.ndarray:
    """Give texts one length: others lie where HDF5 has no checksums."""
    encoded = [text.encode() for text in texts]
    length = max([1, *map(len, encoded)])
    return np.array(encoded, h5py.string_dtype(length=length))


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
            if name not in file.attrs:
                return None
            text = h5py.check_string_dtype(file.attrs.get_id(name).dtype)
            # On a damaged heap of such texts HDF5 loops.
            if text is None or (text.length is None and not returns_in_time(
                    lambda: file.attrs[name], _SECONDS)):
                return None
            value = file.attrs[name]
    except (OSError, KeyError, RuntimeError, TypeError, ValueError):
        return None
    if isinstance(value, bytes):
        value = value.decode(errors='replace')
    return value if isinstance(value, str) else None
