"""Frame features in one h5 file, the layout of NExT-GQA's own files."""

from __future__ import annotations

import math
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import h5py
import numpy as np

from cra_plugin.datasets.features.feature_ids import read_feature_ids
from cra_plugin.datasets.features.feature_times import read_feature_times
from cra_plugin.datasets.features.stored_dataset import (
    describe_entries,
    find_dataset,
)
from cra_plugin.datasets.features.stored_rows import StoredRows, find_rows
from cra_plugin.errors import InputError
from cra_plugin.utils.first_few import first_few

# More at a time takes memory that stays with the process, and longer.
_SCAN_BYTES = 2**20
# Far beyond any data set, and far below what fills the memory.
MAX_VIDEOS = 10**7
MAX_VIDEO_VALUES = 2**27


class FeatureStore:
    """Frame features of many videos, checked at start-up, read lazily.

    The file holds ``vid``, N video identifiers, and one (N, T, D) floating
    point dataset (``CLIPL_I`` in the files of NExT-GQA). It may hold
    ``duration`` and ``frame_times`` as well, which :attr:`times` gives. It is
    opened anew in every process, so a store may be pickled and may live
    across a fork.

    Args:
        path (str): The h5 file.
        key (str, optional): Name of the (N, T, D) dataset; None takes the
            only three-dimensional one. Defaults to None.
        feature_dim (int, optional): The width D that is expected; None takes
            any. Defaults to None.
        check_finite (bool): Whether to read the whole file once in search of
            NaN, infinity and wrong checksums. Defaults to True.
        direct (bool): Whether features that lie in the file as they are,
            neither packed nor in parts, are read without HDF5 from then on.
            Defaults to True.

    Raises:
        InputError: If the file is missing, truncated or laid out otherwise.
    """

    def __init__(self,
                 path: str | os.PathLike[str],
                 key: str | None = None,
                 feature_dim: int | None = None,
                 check_finite: bool = True,
                 direct: bool = True) -> None:
        self.path = os.fspath(path)
        self._file: h5py.File | None = None
        self._features: h5py.Dataset | None = None
        self._pid: int | None = None
        self._size = self._stat_size()
        with self._open() as file, self._readable():
            self.key = self._find_key(file, key)
            features = self._find_features(file)
            self.video_ids = read_feature_ids(
                file, self.path, self.key, len(features))
            self.num_frames, self.feature_dim = features.shape[1:]
            self._check_width(feature_dim)
            self._rows = {vid: row for row, vid in enumerate(self.video_ids)}
            self.times = read_feature_times(file, self.path, self.video_ids,
                                            self.num_frames)
            if check_finite:
                self._check_finite(features)
            self._stored = find_rows(
                features, self.path, check_finite) if direct else None

    def __len__(self) -> int:
        return len(self.video_ids)

    def __contains__(self, video_id: str) -> bool:
        return video_id in self._rows

    def __getitem__(self, video_id: str) -> np.ndarray:
        """Read the features of one video.

        Args:
            video_id (str): Identifier of the video.

        Returns:
            np.ndarray: (T, D) float32.

        Raises:
            InputError: If the video is not in the file, or the file is gone
                or has shrunk since start-up.
        """
        stored = self.locate([video_id])
        if stored is not None:
            return np.asarray(stored.read()[0])
        with self._readable():
            features = self._handle()[self._rows[video_id]]
        return np.asarray(features, dtype=np.float32)

    def locate(self, video_ids: Sequence[str]) -> StoredRows | None:
        """Say where the features of videos lie, without reading them.

        Args:
            video_ids (Sequence[str]): B identifiers; they may repeat.

        Returns:
            StoredRows, optional: B rows, or None where only HDF5 can read
            them.

        Raises:
            InputError: As reading them does.
        """
        if not self._rows.keys() >= set(video_ids):
            self.require(video_ids)
        # HDF5 reads zeros past the end of a file that shrank: compare sizes.
        size = self._stat_size()
        if size < self._size:
            raise InputError(self.path, f'{size} bytes',
                             f'the {self._size} bytes it had at start-up',
                             'restore the file, then --resume')
        return self._stored and self._stored.take(
            [self._rows[video_id] for video_id in video_ids])

    def require(self, video_ids: Iterable[str]) -> None:
        """Check that every one of these videos has features.

        Args:
            video_ids (Iterable[str]): Identifiers of the videos.

        Raises:
            InputError: If some are not in the file: how many, and which.
        """
        wanted = set(video_ids)
        missing = sorted(wanted - self._rows.keys())
        if missing:
            raise InputError(
                self.path,
                f'no features for {len(missing)} of {len(wanted)} videos '
                f'({first_few(missing)})',
                'features of every video of the annotations',
                'add their identifiers to vid and their features to '
                f'{self.key}, or use the feature file of this split')

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, '_file': None, '_features': None,
                '_pid': None}

    def _handle(self) -> h5py.Dataset:
        """Open the features, once per process."""
        if self._pid != os.getpid():
            if self._file is not None:
                # Inherited over a fork: HDF5 would share its descriptor.
                self._file.close()
            self._file = self._open()
            self._features = self._file[self.key]
            self._pid = os.getpid()
        return self._features

    def _open(self) -> h5py.File:
        with self._readable():
            return h5py.File(self.path, 'r')

    def _stat_size(self) -> int:
        # Looked at once: it may vanish at any time.
        with suppress(OSError):
            status = os.stat(self.path)
            if stat.S_ISREG(status.st_mode):
                return status.st_size
        raise InputError(
            self.path, 'no such file', 'an h5 file of frame features',
            'set features.path to a file that holds vid, N video '
            'identifiers, and one float dataset (N, frames, width)')

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """Blame the file where h5py cannot read what it holds."""
        try:
            yield
        except InputError:
            raise
        # Of damaged links and headers h5py raises the latter five.
        except (OSError, KeyError, RuntimeError, TypeError, ValueError,
                MemoryError) as error:
            raise InputError(
                self.path, f'a file that cannot be read ({error})',
                'a whole h5 file', 'fetch or extract it again') from error

    def _find_key(self, file: h5py.File, key: str | None) -> str:
        there = describe_entries(file)
        listing = ', '.join(
            f'{name} {"(a link)" if shape is None else shape}'
            for name, shape in there.items()) or 'nothing'
        if key is None:
            candidates = [name for name, shape in there.items()
                          if shape is not None and len(shape) == 3]
            if len(candidates) != 1:
                raise InputError(
                    self.path, f'{len(candidates)} three-dimensional datasets '
                    f'among {listing}', 'exactly one, (videos, frames, width)',
                    'set features.key to the name of the right one')
            return candidates[0]
        if key not in there:
            raise InputError(self.path, f'{listing}', f'a dataset {key!r}',
                             'set features.key to one that is there')
        return key

    def _find_features(self, file: h5py.File) -> h5py.Dataset:
        """Give the features, without reading them."""
        item = find_dataset(file, self.path, self.key)
        assert item is not None
        where = f'{self.path}: {self.key}'
        if item.ndim != 3 or item.dtype.kind != 'f' or 0 in item.shape:
            raise InputError(
                where, f'{item.dtype} of shape {item.shape}',
                'float32 or float16 of shape (videos, frames, width)')
        if (len(item) > MAX_VIDEOS
                or math.prod(item.shape[1:]) > MAX_VIDEO_VALUES):
            raise InputError(
                where, f'features of shape {item.shape}', f'at most '
                f'{MAX_VIDEOS} videos of {MAX_VIDEO_VALUES} numbers',
                'extract the features again, of fewer frames')
        return item

    def _check_width(self, feature_dim: int | None) -> None:
        if feature_dim not in (None, self.feature_dim):
            raise InputError(
                f'{self.path}: {self.key}', f'width {self.feature_dim}',
                f'width {feature_dim}',
                f'set features.feature_dim={self.feature_dim} and '
                f'model.video_encoder.out_dim={self.feature_dim}, or use '
                f'features of width {feature_dim}')

    def _check_finite(self, item: h5py.Dataset) -> None:
        videos = max(1, _SCAN_BYTES // (
            item.dtype.itemsize * math.prod(item.shape[1:])))
        for start in range(0, len(item), videos):
            chunk = item[start:start + videos]
            # What float32 cannot hold becomes infinite.
            with np.errstate(over='ignore'):
                finite = np.isfinite(chunk.astype(np.float32, copy=False))
            finite = finite.all(axis=(1, 2))
            if not finite.all():
                vid = self.video_ids[start + int(finite.argmin())]
                raise InputError(
                    f'{self.path}: {self.key}',
                    f'NaN or infinity in the features of video {vid}',
                    'finite numbers', 'extract this video again')
