"""Rows of a dataset of an h5 file, read as the plain bytes that they are."""

from __future__ import annotations

import math
import os
import weakref
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import h5py
import numpy as np

from cra_plugin.errors import InputError

_TYPES = ('float32', 'float16')
# The number of HDF5's filter of checksums, which leaves the bytes as they are.
_CHECKSUMS = h5py.h5z.FILTER_FLETCHER32


@dataclass(frozen=True)
class StoredRows:
    """Where N rows lie in a file.

    Reading them so costs a tenth of what HDF5 takes, and no memory but that
    of the result; pages of the file are shared by all processes. Checksums
    are not looked at. It is small, and may be sent to another process.

    Attributes:
        path (str): The file.
        identity (tuple[int, int]): Its device and inode, so that rows of a
            file that took its place are not read.
        offsets (np.ndarray): (N,) int64, where each begins.
        shape (tuple[int, ...]): Of a row, (T, D).
        dtype (str): ``'float32'`` or ``'float16'``.
        steps (np.ndarray, optional): Indices of the T that are wanted.
            Defaults to None, which is all.
    """

    path: str
    identity: tuple[int, int]
    offsets: np.ndarray
    shape: tuple[int, ...]
    dtype: str
    steps: np.ndarray | None = None

    def take(self, rows: list[int]) -> StoredRows:
        """Name some of the rows.

        Args:
            rows (list[int]): B of their indices.

        Returns:
            StoredRows: These.
        """
        return replace(self, offsets=self.offsets[rows])

    def at(self, steps: np.ndarray) -> StoredRows:
        """Name some of the T of every row.

        Args:
            steps (np.ndarray): Their indices.

        Returns:
            StoredRows: The rows of these.
        """
        return replace(self, steps=steps)

    def read(self) -> np.ndarray:
        """Read all of them.

        Returns:
            np.ndarray: (N, T, D) float32.

        Raises:
            InputError: If the file was replaced, has shrunk or cannot be
                read.
        """
        values: Any = np.empty((len(self.offsets), *self.shape), self.dtype)
        size = values.itemsize * math.prod(self.shape)
        memory = memoryview(values).cast('B')
        try:
            handle = _open(self.path, self.identity).descriptor
            for row, offset in enumerate(self.offsets.tolist()):
                place = memory[row * size:(row + 1) * size]
                if os.preadv(handle, [place], offset) < size:
                    raise InputError(
                        self.path, f'an end before byte {offset + size}',
                        'the bytes it had at start-up',
                        'restore the file, then --resume')
        except OSError as error:
            raise InputError(
                self.path, f'a file that cannot be read ({error})',
                'the file as it was at start-up',
                'restore the file, then --resume') from error
        return _widen(values if self.steps is None else
                      values[:, self.steps])


def find_rows(item: h5py.Dataset, path: str,
              checked: bool) -> StoredRows | None:
    """Find out where the rows of a dataset lie.

    Args:
        item (h5py.Dataset): (N, T, D), which lies in the file, whole.
        path (str): The file.
        checked (bool): Whether its checksums, if it has any, were looked at.

    Returns:
        StoredRows, optional: None where a row is not its plain bytes in one
        place: compressed, in parts or of another type, or where only HDF5
        can check them.
    """
    if item.dtype not in _TYPES or not hasattr(os, 'preadv'):
        return None
    offsets = (_contiguous(item) if item.chunks is None else
               _chunked(item) if checked else None)
    if offsets is None:
        return None
    status = os.stat(path)
    rows = StoredRows(path, (status.st_dev, status.st_ino), offsets,
                      item.shape[1:], str(item.dtype))
    # Whatever a file does to its addresses, two rows would show it.
    for row in (0, len(item) - 1):
        if (rows.take([row]).read()[0].tobytes()
                != item[row].astype(np.float32).tobytes()):
            return None
    return rows


def _contiguous(item: h5py.Dataset) -> np.ndarray | None:
    """Where rows begin that lie one after the other."""
    start = item.id.get_offset()
    if start is None:
        return None
    size = item.dtype.itemsize * math.prod(item.shape[1:])
    return np.asarray(start + size * np.arange(len(item)), dtype=np.int64)


def _chunked(item: h5py.Dataset) -> np.ndarray | None:
    """Where rows begin whose chunks are whole rows, and not packed."""
    made = item.id.get_create_plist()
    filters = {made.get_filter(index)[0]
               for index in range(made.get_nfilters())}
    # HDF5 before 1.12.3 lists chunks in the square of the time.
    if (item.chunks[1:] != item.shape[1:] or filters - {_CHECKSUMS}
            or not hasattr(item.id, 'chunk_iter')):
        return None
    size = item.dtype.itemsize * math.prod(item.shape[1:])
    offsets = np.full(len(item), -1, dtype=np.int64)

    def note(chunk: h5py.h5d.StoreInfo) -> None:
        first = chunk.chunk_offset[0]
        rows = offsets[first:first + item.chunks[0]]
        rows[:] = chunk.byte_offset + size * np.arange(len(rows))

    item.id.chunk_iter(note)
    return offsets if (offsets >= 0).all() else None


def _widen(values: np.ndarray) -> np.ndarray:
    """Make numbers float32; torch is five times as fast at it as NumPy."""
    if values.dtype == np.float32:
        return values
    from torch import from_numpy
    wide: np.ndarray = from_numpy(values).float().numpy()
    return wide


class _OpenFile:
    """A file that is closed with the last that needs it."""

    def __init__(self, path: str) -> None:
        self.descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, self.descriptor)


@lru_cache(maxsize=16)
def _open(path: str, identity: tuple[int, int]) -> _OpenFile:
    """Open a file once per process, and in those that it forks."""
    file = _OpenFile(path)
    status = os.fstat(file.descriptor)
    if (status.st_dev, status.st_ino) != identity:
        raise InputError(path, 'another file than at start-up',
                         'the file as it was', 'restore it, then --resume')
    return file
