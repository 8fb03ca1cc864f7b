"""Rows in a file, and disks that have no room for them."""

import errno
import os
import shutil

import numpy as np
import pytest

from cra_plugin.errors import InputError
from cra_plugin.utils.row_file import RowFile

ROWS = np.arange(24, dtype=np.float32).reshape(4, 2, 3)


def test_rows_in_any_order(tmp_path):
    path = tmp_path / 'rows.npy'
    rows = RowFile.create(path, (4, 2, 3))
    rows.write([3, 0], ROWS[[3, 0]])
    RowFile(path, (4, 2, 3)).write(range(1, 3), ROWS[1:3].astype(float))
    np.testing.assert_array_equal(rows.read(), ROWS)
    np.testing.assert_array_equal(np.load(path), ROWS)
    with pytest.raises(ValueError):
        rows.read()[0] = 1
    with pytest.raises(ValueError, match='for 2 rows'):
        rows.write([0, 1], ROWS[:1])


def test_another_file(tmp_path):
    path = tmp_path / 'rows.npy'
    with pytest.raises(OSError):
        RowFile(path, (4, 2, 3))
    np.save(path, ROWS)
    with pytest.raises(ValueError, match=r'of \(4, 2, 3\)'):
        RowFile(path, (4, 3, 2))
    os.truncate(path, path.stat().st_size - 1)
    with pytest.raises(ValueError):
        RowFile(path, (4, 2, 3))


def test_a_disk_without_room_is_found_at_the_start(small_disk):
    with pytest.raises(InputError, match=r'rows\.npy: found a full disk'):
        RowFile.create(small_disk / 'rows.npy', (1000, 1000))
    # What was set aside is free again.
    assert shutil.disk_usage(small_disk).free > 2**20 - 10_000


def test_a_disk_that_fills_up_later(small_disk, monkeypatch):
    """Where no room can be set aside; a memory map would die of it."""
    def refuse(*_):
        raise OSError(errno.EOPNOTSUPP, 'Operation not supported')

    monkeypatch.setattr(os, 'posix_fallocate', refuse)
    rows = RowFile.create(small_disk / 'rows.npy', (1000, 1000))
    rows.write([0], np.ones((1, 1000)))
    with pytest.raises(InputError, match=r'full disk .*start again'):
        for row in range(1, 1000):
            rows.write([row], np.ones((1, 1000)))
    assert (rows.read()[0] == 1).all()
