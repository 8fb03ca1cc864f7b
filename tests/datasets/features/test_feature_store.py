import copy
import multiprocessing
import os
import pickle
import sys

import h5py
import numpy as np
import pytest

from cra_plugin.datasets.features import feature_file, feature_ids
from cra_plugin.datasets.features.feature_store import FeatureStore
from cra_plugin.errors import InputError

VIDEOS = ['a', 'b', 'c']


@pytest.fixture
def path(tmp_path):
    return tmp_path / 'features.h5'


def write(path, vid=VIDEOS, **arrays):
    with h5py.File(path, 'w') as file:
        if vid is not None:
            file['vid'] = vid
        for name, array in arrays.items():
            file[name] = array


def write_packed(path):
    """Features that only HDF5 can read, each time they are needed."""
    with h5py.File(path, 'w') as file:
        file['vid'] = VIDEOS
        file.create_dataset('X', data=features(), compression='gzip')


def features(videos=3, frames=4, width=5, dtype=np.float32):
    size = videos * frames * width
    return np.arange(size, dtype=dtype).reshape(videos, frames, width)


@pytest.mark.parametrize('dtype', [np.float32, np.float16])
@pytest.mark.parametrize('vid', [
    VIDEOS, [vid.encode() for vid in VIDEOS], np.array(VIDEOS, dtype='S1')])
def test_reads_rows_as_float32(path, dtype, vid):
    write(path, vid, CLIPL_I=features(dtype=dtype))
    store = FeatureStore(path)
    assert store.key == 'CLIPL_I' and store.video_ids == VIDEOS
    assert (len(store), store.num_frames, store.feature_dim) == (3, 4, 5)
    assert 'a' in store and 'z' not in store
    for row, video in enumerate(VIDEOS):
        assert store[video].dtype == np.float32
        np.testing.assert_array_equal(store[video], features()[row])


def test_names_the_key_to_read(path):
    write(path, first=features(), second=features() + 1)
    np.testing.assert_array_equal(
        FeatureStore(path, 'second')['a'], features()[0] + 1)
    with pytest.raises(InputError, match=r'(?s)2 three-dim.*first.*second'):
        FeatureStore(path)
    with pytest.raises(InputError, match=r"second .*a dataset 'third'"):
        FeatureStore(path, 'third')


def test_missing_and_damaged_files(path, tmp_path):
    with pytest.raises(InputError, match=r'nothing\.h5: found no such file'):
        FeatureStore(tmp_path / 'nothing.h5')
    path.write_text('not h5')
    with pytest.raises(InputError, match='cannot be read'):
        FeatureStore(path)
    write(path, CLIPL_I=features(frames=500))
    os.truncate(path, os.path.getsize(path) // 2)
    with pytest.raises(InputError, match='cannot be read'):
        FeatureStore(path)


@pytest.mark.parametrize(('vid', 'array', 'message'), [
    (None, features(), 'vid: found none'),
    ([VIDEOS], features(), r'vid: found \(1, 3\)'),
    (VIDEOS, features(videos=2), 'features of 2 videos; expected 3'),
    (VIDEOS, features()[0], r'float32 of shape \(4, 5\)'),
    (VIDEOS, features(dtype=np.int32), 'found int32'),
    (VIDEOS, features(frames=0), r'\(3, 0, 5\)'),
    (['a', 'b', 'a'], features(), 'a more than once'),
    (['a', '', ''], features(), 'vid, row 1: found an empty text'),
    (np.array([b'a', b'', b'c']), features(), 'row 1: found an empty text'),
    ([b'a', b'b', b'\xff\xfe'], features(), r'vid, row 2: found b.*UTF-8'),
    (np.array([b'a', b'\xff', b'c']), features(), r'row 1: found b.*UTF-8'),
])
def test_wrong_layouts(path, vid, array, message):
    write(path, vid, X=array)
    with pytest.raises(InputError, match=message):
        FeatureStore(path, 'X')


def test_wrong_width_names_both_and_the_option(path):
    write(path, X=features())
    assert FeatureStore(path, feature_dim=5).feature_dim == 5
    with pytest.raises(InputError, match=r'width 5; expected width 768.*'
                       r'features\.feature_dim=5 and '
                       r'model\.video_encoder\.out_dim=5'):
        FeatureStore(path, feature_dim=768)


@pytest.mark.parametrize('damaged', ['vid', 'X'])
def test_damaged_chunks(path, damaged):
    with h5py.File(path, 'w') as file:
        for name, data in (('vid', np.array(VIDEOS, 'S1')),
                           ('X', features())):
            file.create_dataset(
                name, data=data, chunks=data.shape, fletcher32=True)
        chunk = file[damaged].id.get_chunk_info(0)
    content = bytearray(path.read_bytes())
    content[chunk.byte_offset] ^= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match=r'features\.h5: .*cannot be read'):
        FeatureStore(path)
    if damaged == 'X':
        store = FeatureStore(path, check_finite=False)
        with pytest.raises(InputError, match='cannot be read'):
            store['a']


def test_messages_name_no_tool_and_say_what_a_file_holds(path, tmp_path):
    write(path, X=features())
    with pytest.raises(InputError, match='to vid and their features to X'):
        FeatureStore(path)['unknown']
    with pytest.raises(InputError, match=r'holds vid.*\(N, frames, width\)'):
        FeatureStore(tmp_path / 'nothing.h5')


@pytest.mark.parametrize('value', [np.nan, np.inf, -np.inf])
def test_the_scan_names_the_video(path, monkeypatch, value):
    array = features()
    array[1, 2, 3] = value
    write(path, X=array)
    for scan_bytes in (1, 2**20):
        monkeypatch.setattr(
            'cra_plugin.datasets.features.feature_store._SCAN_BYTES',
            scan_bytes)
        with pytest.raises(InputError, match='features of video b;'):
            FeatureStore(path)
    assert not np.isfinite(FeatureStore(path, check_finite=False)['b']).all()


def test_require_counts_and_names_the_missing(path):
    write(path, X=features())
    store = FeatureStore(path)
    store.require(['a', 'c'])
    with pytest.raises(InputError, match=r'for 7 of 8 videos \(m0, m1, m2, '
                       r'm3, m4, and 2 more\)'):
        store.require(['a', *(f'm{n}' for n in range(7))])
    with pytest.raises(InputError, match='for 1 of 1 videos'):
        store['unknown']


@pytest.mark.parametrize('opened', [False, True])
def test_a_file_that_changes_later(path, opened):
    write(path, X=features(frames=500))
    store = FeatureStore(path)
    if opened:
        store['a']
    os.truncate(path, os.path.getsize(path) // 2)
    with pytest.raises(InputError, match=r'features\.h5.*at start-up'):
        store['c']
    os.remove(path)
    with pytest.raises(InputError, match=r'features\.h5: found no such file'):
        store['c']


def test_a_file_that_vanishes_while_it_is_looked_at(path, monkeypatch):
    write(path, X=features())
    store = FeatureStore(path)
    path.unlink()
    monkeypatch.setattr(os.path, 'isfile', lambda _: True)
    with pytest.raises(InputError, match=r'features\.h5: found no such file'):
        store['b']


@pytest.mark.parametrize('copier', [
    copy.deepcopy, lambda store: pickle.loads(pickle.dumps(store))])
def test_copies_open_their_own_handle(path, copier):
    write_packed(path)
    store = FeatureStore(path)
    store['a']
    other = copier(store)
    assert other._file is None
    np.testing.assert_array_equal(other['c'], store['c'])


def _read(store, video, queue):
    inherited = store._file
    row = store[video]
    queue.put((row, store._file is inherited, bool(inherited)))


@pytest.mark.parametrize('method', ['fork', 'spawn'])
def test_a_handle_is_never_shared_over_a_fork(path, method):
    write_packed(path)
    store = FeatureStore(path)
    store['a']
    context = multiprocessing.get_context(method)
    queue = context.Queue()
    process = context.Process(target=_read, args=(store, 'b', queue))
    process.start()
    row, shared, still_open = queue.get(timeout=60)
    process.join()
    np.testing.assert_array_equal(row, features()[1])
    assert not shared and not still_open
    np.testing.assert_array_equal(store['c'], features()[2])


def store_elsewhere(file, name, array):
    file.create_dataset(name, array.shape, array.dtype, external=[
        (file.filename + '.raw', 0, h5py.h5f.UNLIMITED)])
    file[name][...] = array


def store_virtually(file, name, array):
    with h5py.File(file.filename + '.source', 'w') as source:
        source[name] = array
    layout = h5py.VirtualLayout(array.shape, array.dtype)
    layout[...] = h5py.VirtualSource(file.filename + '.source', name,
                                     array.shape)
    file.create_virtual_dataset(name, layout)


def store_half(file, name, array):
    file.create_dataset(name, array.shape, array.dtype,
                        chunks=(1, *array.shape[1:]))
    file[name][:-1] = array[:-1]


@pytest.mark.parametrize('name', ['vid', 'X', 'duration'])
@pytest.mark.parametrize(('store', 'message'), [
    (store_elsewhere, 'lie in other files'),
    (store_virtually, 'lie in other files'),
    (store_half, '2 chunks of a dataset .* which has 3'),
    (lambda file, name, array: file.create_dataset(
        name, array.shape, array.dtype), '0 bytes of a dataset'),
    (lambda file, name, array: file.create_group(name), 'found a group'),
    (lambda file, name, array: file.update({name: h5py.SoftLink('/other')}),
     'a link .to /other'),
    (lambda file, name, array: file.update({name: h5py.ExternalLink(
        '/dev/zero', '/x')}), 'a link .to /x of /dev/zero'),
    (lambda file, name, array: file.update({name: h5py.Empty(array.dtype)}),
     'without a shape')])
def test_what_does_not_lie_in_the_file(path, name, store, message):
    """A file of others may name other files, or hold nothing at all."""
    arrays = {'vid': np.array(VIDEOS, 'S1'), 'X': features(),
              'duration': np.ones(3)}
    with h5py.File(path, 'w') as file:
        for key, array in arrays.items():
            (store if key == name else h5py.File.__setitem__)(
                file, key, array)
    message = rf"{name}: .*{message}|a dataset 'X'"
    with pytest.raises(InputError, match=message):
        FeatureStore(path, 'X')


@pytest.mark.parametrize(('shape', 'chunks', 'message'), [
    ((10**6, 32, 6250), None, '0 bytes of a dataset'),
    ((10**6, 32, 6250), (1, 32, 6250), '0 chunks .* has 1000000'),
    ((1, 10**6, 10**5), (1, 1, 10**5), '0 chunks'),
    ((1, 40000, 10000), (1, 20000, 10000), 'at most .* numbers'),
    ((3, 1, 10**8), (3, 1, 10**8), r'chunks of 1\.1 GiB')])
def test_features_that_would_fill_the_memory(path, shape, chunks, message):
    """Declared, hardly stored: 745 GiB and more in a file of kilobytes."""
    with h5py.File(path, 'w') as file:
        file['vid'] = VIDEOS
        file.create_dataset('X', shape, 'f4', chunks=chunks)
        if 'numbers' in message:
            for start in range(0, 40000, 20000):
                file['X'].id.write_direct_chunk((0, start, 0), b'0')
    with pytest.raises(InputError, match=message):
        FeatureStore(path)


def test_identifiers_of_another_kind(path):
    for vid in (np.ones(3), np.zeros(3, 'S5000'), np.zeros(3, 'V4')):
        write(path, vid, X=features())
        with pytest.raises(InputError, match=r'vid: .*video identifiers'):
            FeatureStore(path)


@pytest.mark.skipif(sys.platform != 'linux', reason='needs a fork')
def test_texts_on_which_hdf5_loops(path, monkeypatch):
    """An object of the heap is taken for free space of no size."""
    monkeypatch.setattr(feature_ids, '_SECONDS', 1)
    monkeypatch.setattr(feature_file, '_SECONDS', 1)
    write(path, X=features())
    with h5py.File(path, 'a') as file:
        file.attrs['made'] = 'by hand'
    assert FeatureStore(path).video_ids == VIDEOS
    assert feature_file.read_attribute(path, 'made') == 'by hand'
    # Behind 16 bytes of each heap: number and size of its first object.
    head, *heaps = path.read_bytes().split(b'GCOL')
    path.write_bytes(b'GCOL'.join([head, *(
        heap[:12] + bytes(16) + heap[28:] for heap in heaps)]))
    with pytest.raises(InputError, match='vid: found texts that HDF5 cannot'):
        FeatureStore(path)
    assert feature_file.read_attribute(path, 'made') is None
