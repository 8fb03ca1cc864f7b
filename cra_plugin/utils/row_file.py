"""A ``.npy`` file of float32 rows that is written a few rows at a time."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Sequence
from pathlib import Path
from tokenize import TokenError

import numpy as np

from cra_plugin.errors import InputError

# Some file systems cannot set room aside; writes then find it full.
_NO_ALLOCATION = (errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS)


class RowFile:
    """Rows that may be written in any order, and read when all are.

    Room for all is set aside at the start, and rows are written by plain
    writes: a memory map that meets a full disk kills the process.

    Args:
        path (Path): An existing file, as :meth:`create` makes it.
        shape (tuple[int, ...]): (N, ...).

    Raises:
        OSError: If there is no such file.
        ValueError: If it holds something else, or is cut off.
    """

    def __init__(self, path: Path, shape: tuple[int, ...]) -> None:
        try:
            found = np.load(path, mmap_mode='r', allow_pickle=False)
        # Headers are Python literals, which NumPy has read as such.
        except (SyntaxError, TokenError, TypeError, OverflowError) as error:
            raise ValueError(f'a damaged header ({error})') from None
        if (found.shape, found.dtype) != (shape, np.float32):
            raise ValueError(f'{found.dtype} of {found.shape}')
        self._path = path
        self._row_shape = shape[1:]
        self._row_bytes = found.dtype.itemsize * int(np.prod(shape[1:]))
        self._start = len(_header(shape))

    @classmethod
    def create(cls, path: Path, shape: tuple[int, ...],
               sparse: bool = False) -> RowFile:
        """Make a file of zeros, in place of any other.

        Args:
            path (Path): The file.
            shape (tuple[int, ...]): (N, ...).
            sparse (bool): Set no room aside: few rows will be written.
                Defaults to False.

        Returns:
            RowFile: The open file.

        Raises:
            InputError: If the disk has no room for it.
        """
        header = _header(shape)
        size = len(header) + 4 * int(np.prod(shape))
        with open(path, 'wb') as file:
            try:
                file.write(header)
                file.flush()
                if not sparse:
                    _allocate(file.fileno(), size)
                os.truncate(file.fileno(), size)
            except OSError as error:
                os.truncate(path, 0)  # give back what was set aside
                raise _disk_error(error, path) from None
        return cls(path, shape)

    def write(self, rows: Sequence[int], values: np.ndarray) -> None:
        """Write rows through to the disk.

        Args:
            rows (Sequence[int]): V rows.
            values (np.ndarray): (V, ...).

        Raises:
            InputError: If the disk is full.
        """
        content = np.ascontiguousarray(values, np.float32)
        if content.shape != (len(rows), *self._row_shape):
            raise ValueError(f'{content.shape} for {len(rows)} rows of '
                             f'{self._row_shape}')
        try:
            with open(self._path, 'r+b') as file:
                for row, value in zip(rows, content):
                    file.seek(self._start + row * self._row_bytes)
                    file.write(value.tobytes())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise _disk_error(error, self._path) from None

    def read(self) -> np.ndarray:
        """Map the rows.

        Returns:
            np.ndarray: (N, ...) float32, read-only.
        """
        rows: np.ndarray = np.load(
            self._path, mmap_mode='r', allow_pickle=False)
        return rows


def _header(shape: tuple[int, ...]) -> bytes:
    """What precedes the rows in the file."""
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, dict(
        descr='<f4', fortran_order=False, shape=shape))
    return buffer.getvalue()


def _allocate(descriptor: int, size: int) -> None:
    """Set room aside where the system can."""
    if hasattr(os, 'posix_fallocate'):
        try:
            os.posix_fallocate(descriptor, 0, size)
        except OSError as error:
            if error.errno not in _NO_ALLOCATION:
                raise


def _disk_error(error: OSError, path: Path) -> Exception:
    """Say which disk is full; any other error stays as it is."""
    if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return error
    return InputError(
        path, f'a full disk ({error.strerror})', 'room for all its rows',
        'make room and start again, which keeps what is finished; or name '
        'another output')
