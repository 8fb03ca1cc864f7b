"""Writes frame features in the layout of NExT-GQA's own feature files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import h5py
import numpy as np

from cra_plugin.files import atomic_path

FEATURE_KEY = 'CLIPL_I'


def write_feature_file(path: str | Path,
                       features: Iterable[tuple[str, np.ndarray]],
                       shape: tuple[int, int, int],
                       dtype: str = 'float32') -> None:
    """Write features one video at a time, so that they never lie in memory.

    The file holds ``vid``, (N,) strings, and ``CLIPL_I``, (N, T, D).

    Args:
        path (str | Path): The h5 file; it appears when it is complete.
        features (Iterable[tuple[str, np.ndarray]]): N pairs of video id and
            (T, D) frame features.
        shape (tuple[int, int, int]): (N, T, D).
        dtype (str): ``'float32'`` or ``'float16'``. Defaults to 'float32'.

    Raises:
        ValueError: If ``features`` does not hold N videos.
    """
    with atomic_path(path) as temporary, h5py.File(temporary, 'w') as file:
        frames = file.create_dataset(FEATURE_KEY, shape, dtype)
        video_ids: list[str] = []
        for video_id, video_frames in features:
            frames[len(video_ids)] = video_frames
            video_ids.append(video_id)
        if len(video_ids) != shape[0]:
            raise ValueError(f'{path}: {len(video_ids)} videos were given, '
                             f'the shape says {shape[0]}')
        file.create_dataset('vid', data=video_ids, dtype=h5py.string_dtype())
