import multiprocessing
import os
import pickle
import re
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from cra_plugin.datasets.features.feature_file import write_feature_file
from cra_plugin.datasets.features.feature_store import FeatureStore
from cra_plugin.errors import InputError
from tests.helpers.forked_python import CONTEXT

VIDEOS = ['a', 'b', 'c', 'd', 'e']
ROWS = np.random.default_rng(0).normal(size=(5, 4, 3)).astype(np.float32)


def store(path, array=ROWS, check_finite=True, userblock=0, direct=True,
          **layout):
    with h5py.File(path, 'w', userblock_size=userblock) as file:
        file['vid'] = VIDEOS
        file.create_dataset('X', data=array, **layout)
    return FeatureStore(path, check_finite=check_finite, direct=direct)


def same(read, array=ROWS):
    assert read.dtype == np.float32
    np.testing.assert_array_equal(read, np.asarray(array, np.float32))


@pytest.mark.parametrize('layout', [
    {}, {'userblock': 512}, {'chunks': (1, 4, 3), 'fletcher32': True},
    {'chunks': (2, 4, 3), 'fletcher32': True}, {'chunks': (5, 4, 3)},
    {'chunks': (2, 4, 3), 'userblock': 1024},
    {'array': ROWS.astype(np.float16)}])
def test_rows_that_lie_as_they_are(tmp_path, layout):
    found = store(tmp_path / 'f.h5', **layout)
    rows = found.locate(['c', 'a', 'c', 'e'])
    if rows is None:  # an address that is told otherwise than it is
        assert layout.get('userblock') and 'chunks' in layout
    else:
        array = layout.get('array', ROWS)[[2, 0, 2, 4]]
        same(rows.read(), array)
        same(pickle.loads(pickle.dumps(rows)).read(), array)
        same(rows.at(np.array([3, 1])).read(), array[:, [3, 1]])
    for row, video in enumerate(VIDEOS):
        same(found[video], layout.get('array', ROWS)[row])


@pytest.mark.parametrize('layout', [
    {'chunks': (1, 4, 3), 'compression': 'gzip'},
    {'chunks': (1, 4, 3), 'shuffle': True}, {'chunks': (1, 2, 3)},
    {'array': ROWS.astype(np.float64)}, {'array': ROWS.astype('>f4')},
    {'chunks': (1, 4, 3), 'fletcher32': True, 'check_finite': False},
    {'direct': False}])
def test_rows_that_only_hdf5_can_read(tmp_path, layout):
    found = store(tmp_path / 'f.h5', **layout)
    assert found.locate(['a', 'b']) is None
    same(found['d'], ROWS[3])


def test_a_file_that_took_the_place_of_another(tmp_path):
    rows = store(tmp_path / 'f.h5').locate(['a'])
    os.rename(tmp_path / 'f.h5', tmp_path / 'old.h5')
    same(rows.read(), ROWS[:1])  # still open
    newer = store(tmp_path / 'f.h5', ROWS + 1)
    same(newer['a'], ROWS[0] + 1)
    same(rows.read(), ROWS[:1])
    os.replace(tmp_path / 'old.h5', tmp_path / 'f.h5')
    same(newer['b'], ROWS[1] + 1)


def test_a_file_that_is_another_or_gone(tmp_path, monkeypatch):
    from cra_plugin.datasets.features import stored_rows
    rows = store(tmp_path / 'f.h5').locate(['a'])
    stored_rows._open.cache_clear()
    os.rename(tmp_path / 'f.h5', tmp_path / 'old.h5')
    with pytest.raises(InputError, match=r'f\.h5: found .*No such file'):
        rows.read()
    (tmp_path / 'f.h5').write_bytes((tmp_path / 'old.h5').read_bytes())
    with pytest.raises(InputError, match=r'f\.h5: found another file'):
        rows.read()


def test_a_file_that_shrank(tmp_path):
    rows = store(tmp_path / 'f.h5').locate(['e'])
    os.truncate(tmp_path / 'f.h5', rows.offsets[0] + 20)
    with pytest.raises(InputError, match=r'f\.h5: found an end before byte'):
        rows.read()


def test_every_finite_float16_is_widened(tmp_path):
    array = np.arange(2**16, dtype=np.uint16).view(np.float16)
    array = np.resize(array[np.isfinite(array)], (5, 4, 3200))
    found = store(tmp_path / 'f.h5', array)
    rows = found.locate(VIDEOS)
    assert rows.dtype == 'float16'
    same(rows.read(), array)
    same(rows.at(np.array([2, 0])).read(), array[:, [2, 0]])


def private_bytes():
    """What this process shares with no other, and no file holds."""
    text = Path('/proc/self/smaps_rollup').read_text()
    return int(re.search(r'Private_Dirty: *(\d+)', text)[1]) * 1024


def inodes():
    """The files that this process has open."""
    return {os.stat(f'/proc/self/fd/{name}').st_ino
            for name in os.listdir('/proc/self/fd')
            if os.path.isfile(f'/proc/self/fd/{name}')}


def read_all(found, queue):
    """Read all, as data workers and ranks do, after what imports take."""
    found['0']
    before = private_bytes()
    total = sum(found[video].mean() for video in found.video_ids)
    queue.put((total, private_bytes() - before, inodes()))


@pytest.mark.skipif(sys.platform != 'linux', reason='needs /proc')
@pytest.mark.parametrize('context', [
    multiprocessing.get_context('fork'), CONTEXT], ids=['worker', 'rank'])
def test_no_process_keeps_a_copy(tmp_path, context):
    """Of 24 MiB of float16, which lie in memory as pages of the file."""
    path = tmp_path / 'f.h5'
    write_feature_file(
        path, ((str(row), np.full((32, 1536), row)) for row in range(256)),
        (256, 32, 1536), 'float16')
    found = FeatureStore(path)
    assert len(pickle.dumps(found)) < 20_000
    queue = context.Queue()
    process = context.Process(target=read_all, args=(found, queue))
    process.start()
    total, growth, opened = queue.get(timeout=60)
    process.join()
    assert total == sum(range(256)) and growth < 3 * 2**20
    assert os.stat(path).st_ino in opened
