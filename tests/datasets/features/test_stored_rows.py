import os
import pickle

import h5py
import numpy as np
import pytest

from cra_plugin.datasets.features.feature_store import FeatureStore
from cra_plugin.errors import InputError

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
